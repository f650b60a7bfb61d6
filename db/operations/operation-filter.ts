import type { Knex } from 'knex'
import {
  KINDS,
  statesOfWireStatus,
  wireType,
  type State,
  type WireRequestStatus,
  type WireStatus,
} from '#domain/operations/operation.ts'

/** What lists and exports of operations can be narrowed by. */
export type OperationFilter = {
  readonly ids?: readonly string[] | undefined
  readonly coinSerials?: readonly string[] | undefined
  readonly orgIds?: readonly string[] | undefined
  readonly requestStatuses?: readonly WireRequestStatus[] | undefined
  readonly types?: readonly string[] | undefined
  readonly statuses?: readonly WireStatus[] | undefined
  readonly phases?: readonly State[] | undefined
  readonly createdAtFrom?: Date | undefined
  readonly createdAtTo?: Date | undefined
  readonly issuerIds?: readonly string[] | undefined
  readonly currencyCodes?: readonly string[] | undefined
  readonly requestIdentifiers?: readonly number[] | undefined
  readonly needsAttention?: boolean | undefined
}

/** What an operation is found by that stands in one column of it or in another: as SQL, with what it is compared with. */
type Place = { readonly sql: string; readonly values: readonly string[] }

/** Any of these. */
export type Places = readonly Place[]

/**
 * Narrows a query of operations, which it knows as o; it needs no other table joined.
 * @returns what it has to be narrowed by besides, by `inAnyPlace` or `placeByPlace`
 */
export async function filterOperations(
  trx: Knex,
  query: Knex.QueryBuilder,
  filter: OperationFilter,
): Promise<Places[]> {
  const lists: Readonly<Record<string, readonly unknown[] | undefined>> = {
    'o.id': filter.ids,
    'o.organization_id': filter.orgIds,
    'o.issuer_id': filter.issuerIds,
    'o.request_identifier': filter.requestIdentifiers,
    'o.kind': filter.types && KINDS.filter((kind) => filter.types?.includes(wireType(kind))),
  }
  for (const [column, values] of Object.entries(lists))
    if (values) void query.whereIn(column, values as string[])
  const states = [
    filter.phases,
    filter.statuses?.flatMap((status) => statesOfWireStatus(status, 'status')),
    filter.requestStatuses?.flatMap((status) => statesOfWireStatus(status, 'requestStatus')),
  ]
  for (const some of states) if (some) void query.whereIn('o.state', some)
  if (filter.createdAtFrom) void query.where('o.created_at', '>=', filter.createdAtFrom)
  if (filter.createdAtTo) void query.where('o.created_at', '<=', filter.createdAtTo)
  if (filter.needsAttention === true) void query.whereNotNull('o.attention')
  if (filter.needsAttention === false) void query.whereNull('o.attention')
  if (filter.currencyCodes) void query.whereIn('o.issuer_id', await issuersOf(trx, filter.currencyCodes))
  if (!filter.coinSerials) return []
  const coins = await coinsOf(trx, filter.coinSerials)
  return [[isOneOf('o.coin_id', coins), isOneOf('o.counter_coin_id', coins)]]
}

/**
 * Read first, here and below: of values in a list Postgres knows how many rows they have, and goes by their index; of those
 * that a sub-select would give it supposes many, and reads the whole history.
 */
async function issuersOf(trx: Knex, currencyCodes: readonly string[]): Promise<string[]> {
  return trx('issuers as i')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .whereIn('c.code', currencyCodes)
    .pluck('i.id')
}

async function coinsOf(trx: Knex, serials: readonly string[]): Promise<string[]> {
  return trx('coins').whereIn('serial', serials).pluck('id')
}

/** An organization's: on their coin, or a transfer to it. */
export async function placesOfOrganization(trx: Knex, organizationId: string): Promise<Places> {
  const coins: string[] = await trx('coins').where({ organization_id: organizationId }).pluck('id')
  return [isOneOf('o.organization_id', [organizationId]), isOneOf('o.counter_coin_id', coins)]
}

function isOneOf(column: string, values: readonly string[]): Place {
  return { sql: values.length === 0 ? 'false' : `${column} in (${values.map(() => '?').join(', ')})`, values }
}

/** For few operations: all that is in any of the places is looked at. */
export function inAnyPlace(query: Knex.QueryBuilder, groups: readonly Places[]): void {
  for (const places of groups)
    void query.where((any) => {
      for (const { sql, values } of places) void any.orWhereRaw(sql, [...values])
    })
}

/** For many: a query for each place, so that each reads an index in its order. No two of them have an operation in common. */
export function placeByPlace(query: Knex.QueryBuilder, groups: readonly Places[]): Knex.QueryBuilder[] {
  let queries = [query]
  for (const places of groups)
    queries = queries.flatMap((one) =>
      places.map(({ sql, values }, at) => {
        const narrowed = one.clone().whereRaw(sql, [...values])
        for (const earlier of places.slice(0, at))
          void narrowed.whereRaw(`(${earlier.sql}) is not true`, [...earlier.values])
        return narrowed
      }),
    )
  return queries
}
