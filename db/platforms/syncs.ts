import type { Knex } from 'knex'
import type { Currency } from '#domain/money.ts'
import type { Kind, State } from '#domain/operations/operation.ts'
import type { OwnOrder } from '#domain/platforms/platform-entry.ts'
import { ORDER_OF } from './orders.ts'

/** An asset on a platform, as its sync needs it. */
export type SyncedAsset = {
  readonly coinId: string
  readonly projectId: string
  readonly platformId: string
  readonly account: string
  readonly currency: Currency
  readonly issuerId: string
  readonly organizationId: string
  readonly createdAt: Date
  /** Up to when the platform's history has been read; null: never. */
  readonly syncedTo: Date | null
}

type AssetRow = {
  id: string
  project_id: string
  platform_id: string
  platform_account: string
  issuer_id: string
  organization_id: string
  created_at: Date
  synced_to: Date | null
  code: string
  fraction: number
}

/** Undefined once it is closed: what moves at its place from then on is of the asset that is kept there next. */
export async function findSyncedAsset(trx: Knex, coinId: string): Promise<SyncedAsset | undefined> {
  const row: AssetRow | undefined = await trx('coins as k')
    .join('issuers as i', 'i.id', 'k.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .where('k.id', coinId)
    .whereNotNull('k.platform_id')
    .whereNull('k.closed_at')
    .first('k.*', 'c.code', 'c.fraction')
  return (
    row && {
      coinId: row.id,
      projectId: row.project_id,
      platformId: row.platform_id,
      account: row.platform_account,
      currency: { code: row.code, fraction: row.fraction },
      issuerId: row.issuer_id,
      organizationId: row.organization_id,
      createdAt: row.created_at,
      syncedTo: row.synced_to,
    }
  )
}

/** Open assets of a platform that is not removed, a page in the order of their ids. */
export async function listSyncedAssets(
  trx: Knex,
  { platformId, after, max }: { platformId: string; after: string; max: number },
): Promise<string[]> {
  return trx('coins as k')
    .join('platforms as p', 'p.id', 'k.platform_id')
    .where('k.platform_id', platformId)
    .whereNull('p.removed_at')
    .whereNull('k.closed_at')
    .where('k.id', '>', after)
    .orderBy('k.id')
    .limit(max)
    .pluck('k.id')
}

/** What our mirror says, in minor units, and whether anything of it is under way or has changed since. */
export type Mirror = { readonly posted: bigint; readonly available: bigint; readonly isMoving: boolean }

export async function readMirror(trx: Knex, coinId: string, since: Date): Promise<Mirror> {
  const row: { posted: string; held: string; moving: boolean } | undefined = await trx('balances')
    .where({ account_id: coinId, shard: 0 })
    .first(
      'posted',
      'held',
      trx.raw(
        `exists (select from operations o where (o.coin_id = :coinId or o.counter_coin_id = :coinId)
           and o.kind in ('platform_deposit', 'platform_withdrawal', 'platform_trade')
           and (o.state in ('at_platform', 'outcome_unknown', 'awaiting_reference') or o.state_since >= :since)) as moving`,
        { coinId, since },
      ),
    )
  if (!row) throw new Error(`asset ${coinId} has no balance`)
  const posted = BigInt(row.posted)
  return { posted, available: posted - BigInt(row.held), isMoving: row.moving }
}

type OrderRow = {
  id: string
  kind: Kind
  state: State
  state_since: Date
  coin_id: string
  platform_reference: string | null
  sender_amount: string
  recipient_amount: string
  sold_amount: string | null
  bought_amount: string | null
}

/** Orders of ours on this asset among these references, each with what it moves it by. */
export async function findOwnOrders(
  trx: Knex,
  coinId: string,
  references: readonly string[],
): Promise<Map<string, OwnOrder>> {
  const rows: OrderRow[] = await trx('operations')
    .whereIn('id', references)
    .where((either) => void either.where({ coin_id: coinId }).orWhere({ counter_coin_id: coinId }))
  return new Map(rows.map((row) => [row.id, ownOrder(row, coinId)]))
}

/** Where the platform keeps no reference of ours: what a person, or its history, has named as the entry of an order, by that name. */
export async function findOrdersNamed(
  trx: Knex,
  coinId: string,
  entryIds: readonly string[],
): Promise<Map<string, OwnOrder>> {
  const rows: OrderRow[] = await trx('operations')
    .where({ coin_id: coinId, state: 'processed' })
    .whereIn('kind', Object.keys(ORDER_OF))
    .whereIn('platform_reference', entryIds)
  return new Map(rows.map((row) => [row.platform_reference ?? '', ownOrder(row, coinId)]))
}

/** Whether what a platform did by itself under this name stands in the book. */
export async function isEntryBooked(trx: Knex, coinId: string, entryId: string): Promise<boolean> {
  const row: unknown = await trx('operations')
    .where({ coin_id: coinId, platform_reference: entryId, state: 'processed' })
    .whereIn('kind', ['platform_credit', 'platform_debit'])
    .first('id')
  return row !== undefined
}

function ownOrder(row: OrderRow, coinId: string): OwnOrder {
  const { id, kind, state, state_since: stateSince } = row
  return { id, kind, state, stateSince, moves: movesOf(row, coinId) }
}

function movesOf(row: OrderRow, coinId: string): bigint {
  if (row.kind === 'platform_deposit') return BigInt(row.recipient_amount)
  if (row.kind !== 'platform_trade') return -BigInt(row.sender_amount)
  if (row.coin_id === coinId) return -BigInt(row.sold_amount ?? row.sender_amount)
  return BigInt(row.bought_amount ?? 0)
}

export async function recordSync(
  trx: Knex,
  coinId: string,
  { syncedTo, at }: { readonly syncedTo: Date; readonly at: Date },
): Promise<void> {
  await trx('coins')
    .where({ id: coinId })
    .where((older) => void older.whereNull('synced_to').orWhere('synced_to', '<=', syncedTo))
    .update({ synced_to: syncedTo, synced_at: at })
}

export async function listOpenPlatforms(trx: Knex): Promise<string[]> {
  return trx('platforms').whereNull('removed_at').orderBy('id').pluck('id')
}
