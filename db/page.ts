import type { Knex } from 'knex'

export type PageOf<Row> = { readonly total: number; readonly rows: Row[] }

/** One page of a query, and how many rows it has in all, counted up to one more than `countMax`. */
export async function readPage<Row extends object>(
  trx: Knex,
  query: Knex.QueryBuilder,
  page: { pageNumber: number; pageSize: number; countMax: number },
): Promise<PageOf<Row>> {
  const total = await countUpTo(trx, query.clone().clearOrder(), page.countMax)
  const rows: Row[] = await query
    .clone()
    .limit(page.pageSize)
    .offset(page.pageNumber * page.pageSize)
  return { total, rows }
}

/** The same of several queries that have no row in common. */
export async function readPageOfMany<Row extends object>(
  trx: Knex,
  queries: readonly Knex.QueryBuilder[],
  page: { pageNumber: number; pageSize: number; countMax: number; order: readonly Order[] },
): Promise<PageOf<Row>> {
  const { pageNumber, pageSize, countMax, order } = page
  let total = 0
  for (const query of queries) total += await countUpTo(trx, query, countMax)
  const rows = await readFirstOfMany<Row>(trx, queries, {
    order,
    limit: pageSize,
    offset: pageNumber * pageSize,
  })
  return { total, rows }
}

/** What comes first of all of them together, each read in the order: its columns have to be selected. */
export async function readFirstOfMany<Row extends object>(
  trx: Knex,
  queries: readonly Knex.QueryBuilder[],
  { order, limit, offset = 0 }: { order: readonly Order[]; limit: number; offset?: number },
): Promise<Row[]> {
  const parts = queries.map((query) =>
    query
      .clone()
      .orderBy([...order])
      .limit(offset + limit),
  )
  const [only] = parts
  const all = only && parts.length === 1 ? only : trx.unionAll(parts, true)
  return trx
    .select('*')
    .from(all.as('o'))
    .orderBy([...order])
    .limit(limit)
    .offset(offset)
}

export type Order = { readonly column: string; readonly order: 'asc' | 'desc' }

/** How many rows a query has, counted up to one more than `max`; in the query's order, if it has one, by whose index it is then read. */
export async function countUpTo(trx: Knex, query: Knex.QueryBuilder, max: number): Promise<number> {
  const capped = query
    .clone()
    .clearSelect()
    .select(trx.raw('1'))
    .limit(max + 1)
  const counted: { total: number }[] = await trx
    .select(trx.raw('count(*)::int as total'))
    .from(capped.as('capped'))
  return counted[0]?.total ?? 0
}
