import type { Knex } from 'knex'
import type { OrderPlace } from './orders.ts'

/** What moved a balance at a platform, as its history shows it; each is seen once, and belongs to one operation. */
export type EntryRow = {
  readonly entryId: string
  readonly operationId: string
  /** Minor units, negative where it went out. */
  readonly amount: bigint
  readonly at: string
}

/** False where the entry belongs to another operation already. */
export async function addPlatformEntry(
  trx: Knex,
  { platformId, account, currency }: OrderPlace,
  entry: EntryRow & { readonly projectId: string },
): Promise<boolean> {
  const key = { platform_id: platformId, account, currency, entry_id: entry.entryId }
  await trx('platform_entries')
    .insert({
      ...key,
      project_id: entry.projectId,
      operation_id: entry.operationId,
      amount: entry.amount.toString(),
      at: entry.at,
    })
    .onConflict(Object.keys(key))
    .ignore()
  const row: { operation_id: string } = await trx('platform_entries').where(key).first('operation_id')
  return row.operation_id === entry.operationId
}

/** Of these, by their ids: the operation that each belongs to. */
export async function findPlatformEntries(
  trx: Knex,
  { platformId, account, currency }: OrderPlace,
  entryIds: readonly string[],
): Promise<Map<string, string>> {
  const rows: { entry_id: string; operation_id: string }[] = await trx('platform_entries')
    .where({ platform_id: platformId, account, currency })
    .whereIn('entry_id', entryIds)
    .select('entry_id', 'operation_id')
  return new Map(rows.map((row) => [row.entry_id, row.operation_id]))
}

/** What is known to belong to an operation at a place: entries by their ids, each with its minor units. */
export async function listEntriesOf(
  trx: Knex,
  { platformId, account, currency }: OrderPlace,
  operationId: string,
): Promise<Map<string, bigint>> {
  const rows: { entry_id: string; amount: string }[] = await trx('platform_entries')
    .where({ platform_id: platformId, account, currency, operation_id: operationId })
    .select('entry_id', 'amount')
  return new Map(rows.map((row) => [row.entry_id, BigInt(row.amount)]))
}

/**
 * Of these, by their ids, those of another asset that was kept at this place before: an operation of it has taken them, or is
 * the processed order that they name, though no sync has seen them before it was closed.
 */
export async function findEntriesOfOthers(
  trx: Knex,
  { coinId, ...place }: OrderPlace & { readonly coinId: string },
  entries: readonly { readonly entryId: string; readonly reference: string | null }[],
): Promise<Set<string>> {
  const taken: string[] = await trx('platform_entries as e')
    .join('operations as o', 'o.id', 'e.operation_id')
    .where(columnsOf('e', place))
    .whereIn(
      'e.entry_id',
      entries.map(({ entryId }) => entryId),
    )
    .whereRaw('? not in (o.coin_id, coalesce(o.counter_coin_id, o.coin_id))', [coinId])
    .pluck('e.entry_id')
  const orders = new Set<string>(
    await trx('operations as o')
      .joinRaw('join coins as k on k.id in (o.coin_id, o.counter_coin_id)')
      .join('issuers as i', 'i.id', 'k.issuer_id')
      .join('currencies as c', 'c.id', 'i.currency_id')
      .whereIn(
        'o.id',
        entries.flatMap(({ reference }) => reference ?? []),
      )
      .where({ 'k.platform_id': place.platformId, 'k.platform_account': place.account })
      .where({ 'c.code': place.currency, 'o.state': 'processed' })
      .whereNot('k.id', coinId)
      .pluck('o.id'),
  )
  const named = entries.filter(({ reference }) => orders.has(reference ?? ''))
  return new Set([...taken, ...named.map(({ entryId }) => entryId)])
}

function columnsOf(table: string, { platformId, account, currency }: OrderPlace) {
  return {
    [`${table}.platform_id`]: platformId,
    [`${table}.account`]: account,
    [`${table}.currency`]: currency,
  }
}

/** What the platform said that the asset's balance there is. */
export async function setPlatformBalance(
  trx: Knex,
  coinId: string,
  said: { readonly minor: bigint; readonly at: Date },
): Promise<void> {
  await trx('coins')
    .where({ id: coinId })
    .where(
      (older) => void older.whereNull('platform_balance_at').orWhere('platform_balance_at', '<=', said.at),
    )
    .update({ platform_balance: said.minor.toString(), platform_balance_at: said.at })
}
