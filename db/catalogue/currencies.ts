import type { Knex } from 'knex'
import type { CurrencyKind } from '#domain/catalogue/currency-kind.ts'
import { readPage, type PageOf } from '../page.ts'

export type CurrencyRow = {
  id: string
  project_id: string
  code: string
  digital_code: string
  symbol: string
  name: string
  description: string | null
  sn_prefix: string | null
  fraction: number
  kind: CurrencyKind
  active: boolean
  is_main: boolean
  created_at: Date
  updated_at: Date
}

/** Undefined where the project has the code already. */
export async function addCurrency(
  trx: Knex,
  row: Omit<CurrencyRow, 'created_at' | 'updated_at' | 'is_main'>,
): Promise<CurrencyRow | undefined> {
  const [added] = await trx<CurrencyRow>('currencies')
    .insert(row)
    .onConflict(['project_id', 'code'])
    .ignore()
    .returning('*')
  return added
}

export async function listCurrencies(trx: Knex): Promise<CurrencyRow[]> {
  return trx<CurrencyRow>('currencies').select().orderBy('code')
}

export async function findCurrencyByCode(trx: Knex, code: string): Promise<CurrencyRow | undefined> {
  return trx<CurrencyRow>('currencies').where({ code }).first()
}

export type CurrencyFilter = {
  readonly names?: readonly string[] | undefined
  readonly codes?: readonly string[] | undefined
  readonly active?: boolean | undefined
  /** Anywhere in code, name or description, in any case. */
  readonly text?: string | undefined
}

export async function findCurrencies(
  trx: Knex,
  filter: CurrencyFilter,
  page: {
    pageNumber: number
    pageSize: number
    countMax: number
    order: 'asc' | 'desc'
    by: 'code' | 'name'
  },
): Promise<PageOf<CurrencyRow>> {
  const query = trx<CurrencyRow>('currencies')
    .select('*')
    .orderBy([
      { column: page.by, order: page.order },
      { column: 'id', order: page.order },
    ])
  if (filter.names) void query.whereIn('name', filter.names)
  if (filter.codes) void query.whereIn('code', filter.codes)
  if (filter.active !== undefined) void query.where({ active: filter.active })
  if (filter.text !== undefined)
    void query.whereRaw("strpos(lower(concat_ws(' ', code, name, description)), lower(?)) > 0", [filter.text])
  return readPage<CurrencyRow>(trx, query, page)
}

/** The row as it is, locked until the transaction ends; money that moves is not held up. */
export async function lockCurrency(trx: Knex, id: string): Promise<CurrencyRow | undefined> {
  return trx<CurrencyRow>('currencies').where({ id }).forNoKeyUpdate().first()
}

/** The row must exist. */
export async function changeCurrency(
  trx: Knex,
  id: string,
  changes: {
    readonly name?: string | undefined
    readonly description?: string | null | undefined
    readonly active?: boolean | undefined
  },
): Promise<CurrencyRow> {
  const [changed]: CurrencyRow[] = await trx('currencies')
    .where({ id })
    .update({ ...changes, updated_at: trx.fn.now() })
    .returning('*')
  if (!changed) throw new Error(`Currency ${id} is gone.`)
  return changed
}

/** Makes it the one main currency of its project. Undefined where there is no such currency. */
export async function setMainCurrency(
  trx: Knex,
  id: string,
): Promise<{ before: CurrencyRow; after: CurrencyRow } | undefined> {
  // All rows are locked, in one order, or two at once would leave two main ones.
  const rows = await trx<CurrencyRow>('currencies').orderBy('id').forNoKeyUpdate().select()
  const before = rows.find((row) => row.id === id)
  if (!before) return undefined
  await trx<CurrencyRow>('currencies').where({ is_main: true }).whereNot({ id }).update({ is_main: false })
  await trx<CurrencyRow>('currencies').where({ id }).update({ is_main: true, updated_at: trx.fn.now() })
  return { before, after: { ...before, is_main: true } }
}
