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

/** The same of several queries with one order and no row in common, by the columns that they are ordered by. */
export async function readPageOfMany<Row extends object>(
  trx: Knex,
  queries: readonly [Knex.QueryBuilder, ...Knex.QueryBuilder[]],
  page: { pageNumber: number; pageSize: number; countMax: number; order: readonly Order[] },
): Promise<PageOf<Row>> {
  const { pageNumber, pageSize, countMax, order } = page
  if (queries.length === 1) return readPage(trx, queries[0].clone().orderBy([...order]), page)
  const totals: number[] = []
  for (const query of queries) totals.push(await countUpTo(trx, query, countMax))
  const most = (pageNumber + 1) * pageSize
  const parts = queries.map((query) =>
    query
      .clone()
      .orderBy([...order])
      .limit(most),
  )
  const rows: Row[] = await trx
    .select('*')
    .from(trx.unionAll(parts, true).as('o'))
    .orderBy([...order])
    .limit(pageSize)
    .offset(pageNumber * pageSize)
  return { total: totals.reduce((sum, one) => sum + one, 0), rows }
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
