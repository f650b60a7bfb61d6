import type { Knex } from 'knex'
import type { CurrencyRow } from './currencies.ts'

export type IssuerRow = {
  id: string
  project_id: string
  currency_id: string
  /** Counts issuers; a bigint, so it arrives as text. */
  sn: string
  sn_prefix: string
  name: string
  description: string | null
  active: boolean
  order_number: number | null
  order_quote: number | null
}

export type Issuer = IssuerRow & { currency: CurrencyRow }

/** False where the project has the prefix already. */
export async function addIssuer(trx: Knex, row: Omit<IssuerRow, 'sn'>): Promise<boolean> {
  const added = await trx<IssuerRow>('issuers')
    .insert(row)
    .onConflict(['project_id', 'sn_prefix'])
    .ignore()
    .returning('id')
  return added.length === 1
}

export async function listIssuers(trx: Knex): Promise<Issuer[]> {
  return issuers(trx)
}

export async function findIssuer(trx: Knex, id: string): Promise<Issuer | undefined> {
  const [found] = await issuers(trx).where('i.id', id)
  return found
}

/** For callers who name the currency: its issuers that are active. */
export async function findActiveIssuersOf(trx: Knex, currencyId: string): Promise<Issuer[]> {
  return issuers(trx).where('i.currency_id', currencyId).where('i.active', true)
}

/** The row as it is, locked until the transaction ends; money that moves is not held up. */
export async function lockIssuer(trx: Knex, id: string): Promise<Issuer | undefined> {
  await trx<IssuerRow>('issuers').where({ id }).forNoKeyUpdate().first('id')
  return findIssuer(trx, id)
}

export async function changeIssuer(
  trx: Knex,
  id: string,
  changes: {
    readonly name?: string | undefined
    readonly description?: string | null | undefined
    readonly active?: boolean | undefined
    readonly order_number?: number | null | undefined
    readonly order_quote?: number | null | undefined
  },
): Promise<void> {
  await trx('issuers')
    .where({ id })
    .update({ ...changes, updated_at: trx.fn.now() })
}

function issuers(trx: Knex): Knex.QueryBuilder<Issuer, Issuer[]> {
  return trx('issuers as i')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .select('i.*', trx.raw('to_jsonb(c) as currency'))
    .orderByRaw('i.order_number nulls last, i.sn')
}
