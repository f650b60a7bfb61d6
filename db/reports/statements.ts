import type { Knex } from 'knex'
import type { Kind } from '#domain/operations/operation.ts'
import type { StatementLine } from '#domain/reports/statement.ts'
import { listAccountNames, type AccountName } from '../operations/operation-details.ts'

export type StatementRow = StatementLine & {
  readonly id: string
  readonly at: Date
  readonly operation: string
  readonly kind: Kind
  readonly requestIdentifier: string
  readonly type: string
  readonly description: string | null
  readonly counterparty: AccountName | undefined
}

/** `isLonger`: there are more lines than asked for, and these are not all of them. */
export type StatementRows = {
  readonly opening: bigint
  readonly rows: readonly StatementRow[]
  readonly isLonger: boolean
}

type Period = { readonly from: Date; readonly to: Date; readonly max: number }
type Cut = { id: string; balance: string }

/**
 * The postings of one strict account in [from, to), in the order of the book, with the balance before them.
 *
 * Both ends are cuts in that order, after the last posting older than the moment: so statements that follow one another
 * leave nothing out and tell nothing twice, though steps that ran at the same time may be dated a moment out of order.
 */
export async function readStatement(trx: Knex, accountId: string, period: Period): Promise<StatementRows> {
  const { from, to, max } = period
  const first = await cutBefore(trx, accountId, from)
  const last = await cutBefore(trx, accountId, to)
  const rows: Row[] = await linesBetween(trx, accountId, { first, last }).limit(max + 1)
  const names = await listAccountNames(trx, [...new Set(rows.map(({ counter_account }) => counter_account))])
  return {
    opening: BigInt(first.balance),
    rows: rows.slice(0, max).map((row) => statementRow(row, names)),
    isLonger: rows.length > max,
  }
}

/** Looks back from the newest posting, for most statements are about lately. */
async function cutBefore(trx: Knex, accountId: string, moment: Date): Promise<Cut> {
  const cut: Cut | undefined = await trx('postings')
    .where({ account_id: accountId })
    .where('created_at', '<', moment)
    .orderBy('id', 'desc')
    .first('id', 'balance_after as balance')
  return cut ?? { id: '0', balance: '0' }
}

type Row = {
  id: string
  created_at: Date
  operation_id: string
  kind: Kind
  request_identifier: string
  type: string
  description: string | null
  amount: string
  balance_after: string
  counter_account: string
}

/** Where a commission is split off in technical transit, people want to know the coin behind it. */
const COUNTER_ACCOUNT = `
  case when other.account_id = o.issuer_id || ':technical_transit' and o.counter_coin_id is not null
    then case when f.account_id = o.coin_id then o.counter_coin_id else coalesce(o.coin_id, other.account_id) end
    else other.account_id end as counter_account`

function linesBetween(
  trx: Knex,
  accountId: string,
  { first, last }: { first: Cut; last: Cut },
): Knex.QueryBuilder {
  return trx('postings as f')
    .join('postings as other', (on) => {
      on.on('other.operation_id', 'f.operation_id')
        .andOn('other.step', 'f.step')
        .andOn('other.leg', 'f.leg')
        .andOn('other.id', '<>', 'f.id')
    })
    .join('operations as o', 'o.id', 'f.operation_id')
    .leftJoin('operation_parties as p', 'p.operation_id', 'f.operation_id')
    .where('f.account_id', accountId)
    .where('f.id', '>', first.id)
    .where('f.id', '<=', last.id)
    .orderBy('f.id')
    .select('f.id', 'f.created_at', 'f.operation_id', 'f.type', 'f.amount', 'f.balance_after')
    .select('o.kind', 'o.request_identifier', 'p.description', trx.raw(COUNTER_ACCOUNT))
}

function statementRow(row: Row, names: ReadonlyMap<string, AccountName>): StatementRow {
  return {
    id: row.id,
    at: row.created_at,
    operation: row.operation_id,
    kind: row.kind,
    requestIdentifier: row.request_identifier,
    type: row.type,
    description: row.description,
    amount: BigInt(row.amount),
    balance: BigInt(row.balance_after),
    counterparty: names.get(row.counter_account),
  }
}
