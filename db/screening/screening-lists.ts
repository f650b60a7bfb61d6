import type { Knex } from 'knex'
import { readPage, type PageOf } from '../page.ts'

export type ScreeningListRow = {
  id: string
  project_id: string
  name: string
  description: string | null
  on_match: 'hit' | 'review'
  /** Scores from 1 to 100. */
  match_from: number
  near_from: number
  active: boolean
}

export type StoredScreeningList = ScreeningListRow & { entries: number }

export type ScreeningEntryRow = {
  id: string
  project_id: string
  list_id: string
  name: string
  aliases: string[]
  kind: 'person' | 'organization'
  country: string | null
}

/** With how many entries each has. */
export async function listScreeningLists(trx: Knex): Promise<StoredScreeningList[]> {
  return lists(trx)
}

export async function findScreeningList(trx: Knex, id: string): Promise<StoredScreeningList | undefined> {
  const [found] = await lists(trx).where('l.id', id)
  return found
}

/** The row as it is, locked until the transaction ends. */
export async function lockScreeningList(trx: Knex, id: string): Promise<StoredScreeningList | undefined> {
  await trx('screening_lists').where({ id }).forNoKeyUpdate().first('id')
  return findScreeningList(trx, id)
}

/** False where the project has a list of this name. */
export async function addScreeningList(trx: Knex, row: ScreeningListRow): Promise<boolean> {
  const added = await trx('screening_lists')
    .insert(row)
    .onConflict(['project_id', 'name'])
    .ignore()
    .returning('id')
  return added.length === 1
}

export async function changeScreeningList(
  trx: Knex,
  row: Omit<ScreeningListRow, 'project_id' | 'name'>,
): Promise<void> {
  const { id, ...changes } = row
  await trx('screening_lists')
    .where({ id })
    .update({ ...changes, updated_at: trx.fn.now() })
}

export async function addScreeningEntries(trx: Knex, rows: readonly ScreeningEntryRow[]): Promise<void> {
  await trx('screening_entries').insert(rows)
}

/** False where the list has no such entry. */
export async function removeScreeningEntry(
  trx: Knex,
  asked: { readonly listId: string; readonly id: string },
): Promise<boolean> {
  const removed = await trx('screening_entries').where({ id: asked.id, list_id: asked.listId }).delete()
  return removed === 1
}

export type ScreeningEntriesAsked = {
  readonly listId: string
  readonly ids?: readonly string[] | undefined
  /** Part of a name or an alias. */
  readonly text?: string | undefined
  readonly direction: 'asc' | 'desc'
  readonly page: { pageNumber: number; pageSize: number; countMax: number }
}

export async function viewScreeningEntries(
  trx: Knex,
  asked: ScreeningEntriesAsked,
): Promise<PageOf<ScreeningEntryRow>> {
  const query = trx('screening_entries').select().where({ list_id: asked.listId })
  if (asked.ids) void query.whereIn('id', asked.ids)
  if (asked.text !== undefined) {
    const part = `%${asked.text.replaceAll(/[\\%_]/g, '\\$&')}%`
    void query.whereRaw('(name ilike ? or array_to_string(aliases, ?) ilike ?)', [part, '\n', part])
  }
  void query.orderBy([
    { column: 'name', order: asked.direction },
    { column: 'id', order: asked.direction },
  ])
  return readPage(trx, query, asked.page)
}

function lists(trx: Knex): Knex.QueryBuilder<StoredScreeningList, StoredScreeningList[]> {
  return trx('screening_lists as l')
    .select<StoredScreeningList[]>(
      'l.*',
      trx.raw('(select count(*)::int from screening_entries e where e.list_id = l.id) as entries'),
    )
    .orderBy(['l.created_at', 'l.id'])
}
