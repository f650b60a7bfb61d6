import type { Knex } from 'knex'
import { formatAmount, type Currency } from '#domain/money.ts'
import type { OrderKind } from '#domain/operations/operation.ts'
import type { Order, OrderType } from '#domain/platforms/holding-platform.ts'
import { inProject, type Database } from '../connection.ts'

/** What a platform that keeps balances is to be told for an operation, and whose mirrors it moves. */
export type FoundOrder = {
  readonly order: Order
  readonly platformId: string
  readonly coinId: string
  readonly currency: Currency
}

/** What each kind of operation asks of a platform. */
export const ORDER_OF = {
  platform_deposit: 'deposit',
  platform_withdrawal: 'withdrawal',
  platform_trade: 'trade',
} as const satisfies Record<OrderKind, OrderType>

type Row = {
  kind: OrderKind
  coin_id: string
  sender_amount: string
  recipient_amount: string
  code: string
  fraction: number
  platform_id: string
  platform_account: string
  buy_account: string | null
  buy_code: string | null
  destination: { network?: string; address?: string } | null
}

/** The reference is the operation's id, the same on every try. */
export function readOrder(db: Database, projectId: string, operationId: string): Promise<FoundOrder> {
  return inProject(db, projectId, async (trx) => {
    const row: Row | undefined = await orderQuery(trx, operationId).first()
    if (!row) throw new Error(`operation ${operationId} is no order for a platform`)
    const { kind, code, fraction } = row
    // A deposit's commission never reaches the platform; what a withdrawal takes of the balance, it takes with it.
    const moved = BigInt(kind === 'platform_deposit' ? row.recipient_amount : row.sender_amount)
    const { buy_account: account, buy_code: currency } = row
    const { network, address } = row.destination ?? {}
    return {
      platformId: row.platform_id,
      coinId: row.coin_id,
      currency: { code, fraction },
      order: {
        reference: operationId,
        type: ORDER_OF[kind],
        account: row.platform_account,
        currency: code,
        amount: formatAmount(moved, fraction),
        ...(account === null || currency === null ? {} : { buy: { account, currency } }),
        ...(network === undefined || address === undefined ? {} : { destination: { network, address } }),
      },
    }
  })
}

/**
 * The operation first, by its key, and one: else Postgres, which takes the project for a condition as good as any, may look for the
 * operations of each of its coins.
 */
function orderQuery(trx: Knex, operationId: string): Knex.QueryBuilder {
  return trx(trx('operations').where({ id: operationId }).limit(1).as('o'))
    .join('coins as k', 'k.id', 'o.coin_id')
    .join('issuers as i', 'i.id', 'k.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .leftJoin('coins as bk', 'bk.id', 'o.counter_coin_id')
    .leftJoin('issuers as bi', 'bi.id', 'bk.issuer_id')
    .leftJoin('currencies as bc', 'bc.id', 'bi.currency_id')
    .leftJoin('operation_parties as p', 'p.operation_id', 'o.id')
    .whereIn('o.kind', Object.keys(ORDER_OF))
    .select('o.kind', 'o.coin_id', 'o.sender_amount', 'o.recipient_amount', 'c.code', 'c.fraction')
    .select(
      'k.platform_id',
      'k.platform_account',
      'bk.platform_account as buy_account',
      'bc.code as buy_code',
    )
    .select('p.bank_details as destination')
}

/** Where an order is kept at a platform that gives no reference back. */
export type OrderPlace = {
  readonly platformId: string
  readonly account: string
  readonly currency: string
}

/** `before`: what its history held when the order was about to be sent, from about `openedAt` on; null: nothing can have been sent yet. */
export type Claim = { readonly openedAt: Date; readonly before: readonly string[] | null }
type ClaimRow = { opened_at: Date; before: string[] | null }

/** Nobody else opens an order, or books what the platform did by itself, at this place until the transaction ends. */
export async function lockPlace(trx: Knex, { platformId, account, currency }: OrderPlace): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 21))', [
    JSON.stringify([platformId, account, currency]),
  ])
}

/**
 * One order at a time: undefined while another is under way at the place. As long as no send is marked it is opened anew:
 * what came there while it could not be sent is not its doing. The caller holds the place's lock.
 */
export async function claimPlace(
  trx: Knex,
  place: OrderPlace,
  operation: { readonly id: string; readonly projectId: string },
): Promise<Claim | undefined> {
  const others = trx('platform_orders as x').whereNull('x.ended_at').where(columnsOf(place))
  const ended = others
    .clone()
    .join('operations as o', 'o.id', 'x.operation_id')
    .whereNotIn('o.state', UNDER_WAY)
  await trx('platform_orders')
    .whereIn('operation_id', ended.select('x.operation_id'))
    .whereNot({ operation_id: operation.id })
    .update({ ended_at: trx.fn.now() })
  const busy: unknown = await others.clone().whereNot('x.operation_id', operation.id).first('x.operation_id')
  if (busy) return undefined
  await trx('platform_orders')
    .insert({ operation_id: operation.id, project_id: operation.projectId, ...rowOf(place) })
    .onConflict('operation_id')
    .merge({ opened_at: trx.raw('clock_timestamp()'), before: null })
    .whereNotExists(trx('order_sends').where({ operation_id: operation.id }))
  return readClaim(trx, operation.id)
}
const UNDER_WAY = ['at_platform', 'outcome_unknown', 'awaiting_reference'] as const

/** Whether an order was opened at the place since then, or has ended, or is under way. The caller holds the place's lock. */
export async function isPlaceBusy(trx: Knex, place: OrderPlace, since: Date): Promise<boolean> {
  const row: unknown = await trx('platform_orders as x')
    .join('operations as o', 'o.id', 'x.operation_id')
    .where(columnsOf(place))
    .where((either) => {
      void either
        .where('x.opened_at', '>=', since)
        .orWhere('o.state_since', '>=', since)
        .orWhereIn('o.state', UNDER_WAY)
    })
    .first('x.operation_id')
  return row !== undefined
}

/** Orders that may have gone out to the platform, and have not ended. The caller holds the platform's lock. */
export async function countOrdersUnderWay(trx: Knex, platformId: string): Promise<number> {
  const [row]: { orders?: string | number }[] = await trx('operations as o')
    .join('coins as k', 'k.id', 'o.coin_id')
    .where('k.platform_id', platformId)
    .whereIn('o.kind', Object.keys(ORDER_OF))
    .whereIn('o.state', UNDER_WAY)
    .whereExists(trx('order_sends as s').whereRaw('s.operation_id = o.id'))
    .count({ orders: '*' })
  return Number(row?.orders)
}

export async function readClaim(trx: Knex, operationId: string): Promise<Claim | undefined> {
  const row: ClaimRow | undefined = await trx('platform_orders').where({ operation_id: operationId }).first()
  return row && { openedAt: row.opened_at, before: row.before }
}

/** False where it was written down before, or the place is no longer the order's: then it is not to be sent. */
export async function keepBefore(
  trx: Knex,
  operationId: string,
  entryIds: readonly string[],
): Promise<boolean> {
  const kept = await trx('platform_orders')
    .where({ operation_id: operationId, before: null, ended_at: null })
    .update({ before: JSON.stringify(entryIds) })
  return kept === 1
}

function rowOf({ platformId, account, currency }: OrderPlace) {
  return { platform_id: platformId, account, currency }
}
function columnsOf(place: OrderPlace) {
  return Object.fromEntries(Object.entries(rowOf(place)).map(([name, value]) => [`x.${name}`, value]))
}
