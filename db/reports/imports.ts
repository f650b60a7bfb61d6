import type { Knex } from 'knex'
import type { ImportFormat, ImportKind, ImportMode, ImportRecord } from '#domain/reports/import-row.ts'
import type { Slice } from '../accounts/account-list.ts'
import { countUpTo, type PageOf } from '../page.ts'

export const IMPORT_STATES = [
  'awaiting_file',
  'waiting',
  'validating',
  'applying',
  'complete',
  'refused',
  'cancelled',
  'same_as_earlier',
] as const
export type ImportState = (typeof IMPORT_STATES)[number]

/** Counts are bigints, so they arrive as text. */
export type ImportRow = {
  id: string
  project_id: string
  asked_by: string
  kind: ImportKind
  format: ImportFormat
  mode: ImportMode
  state: ImportState
  upload: string | null
  sha256: string | null
  same_as: string | null
  row_count: string
  page_count: number
  validated: string
  bad: string
  applied: string
  unchanged: string
  faults_kept: number
  validate_page: number
  apply_page: number
  created_at: Date
  received_at: Date | null
  started_at: Date | null
  ended_at: Date | null
  cleared_at: Date | null
}

export async function addImport(
  trx: Knex,
  row: Pick<ImportRow, 'id' | 'project_id' | 'asked_by' | 'kind' | 'format' | 'mode'>,
): Promise<ImportRow> {
  const [added]: ImportRow[] = await trx('imports').insert(row).returning('*')
  if (!added) throw new Error('an insert returned no row')
  await trx('project_of').insert({ id: row.id, project_id: row.project_id })
  return added
}

export async function findImport(trx: Knex, id: string): Promise<ImportRow | undefined> {
  return trx('imports').where({ id }).first()
}

export type ImportFilter = {
  readonly kind?: ImportKind | undefined
  readonly state?: ImportState | undefined
}

/** Newest first. */
export async function listImports(
  trx: Knex,
  { kind, state }: ImportFilter,
  { limit, offset, countMax }: Slice,
): Promise<PageOf<ImportRow>> {
  const wanted = trx<ImportRow>('imports')
  if (kind !== undefined) void wanted.where({ kind })
  if (state !== undefined) void wanted.where({ state })
  const total = await countUpTo(trx, wanted, countMax)
  const rows: ImportRow[] = await wanted
    .clone()
    .select()
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
    .offset(offset)
  return { total, rows }
}

export async function lockImport(trx: Knex, id: string): Promise<ImportRow | undefined> {
  return trx('imports').where({ id }).forUpdate().first()
}

/** The row must exist, and be locked. */
export async function changeImport(
  trx: Knex,
  id: string,
  changes: Partial<Record<keyof ImportRow, unknown>>,
): Promise<ImportRow> {
  const [changed]: ImportRow[] = await trx('imports').where({ id }).update(changes).returning('*')
  if (!changed) throw new Error(`import ${id} is gone`)
  return changed
}

export type Upload = { readonly importId: string; readonly upload: string; readonly projectId: string }

export async function addImportPage(
  trx: Knex,
  { importId, upload, projectId }: Upload,
  { page, records }: { readonly page: number; readonly records: readonly ImportRecord[] },
): Promise<void> {
  const row = { import_id: importId, upload, page, project_id: projectId, records: JSON.stringify(records) }
  await trx('import_pages').insert(row)
}

/**
 * The commit of this transaction does not wait for the disk. For what is done again after a crash: a later commit that does wait
 * makes it last.
 */
export async function commitSoon(trx: Knex): Promise<void> {
  await trx.raw('set local synchronous_commit = off')
}

/** Of the same content, to do the same with: one that runs, or that something came of. */
export async function findSameImport(
  trx: Knex,
  { kind, sha256 }: Pick<ImportRow, 'kind' | 'sha256'>,
): Promise<ImportRow | undefined> {
  // Two that are received at once would both find none.
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended(current_project() || ?, 15))`, [
    `${kind}/${sha256}`,
  ])
  return trx('imports')
    .where({ kind, sha256 })
    .whereIn('state', ['waiting', 'validating', 'applying', 'complete'])
    .first()
}

/** False where another import of the project runs. The row must be locked. */
export async function beginIfFree(trx: Knex, id: string): Promise<boolean> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended(current_project(), 16))`)
  const running: unknown = await trx('imports').whereIn('state', ['validating', 'applying']).first('id')
  if (running !== undefined) return false
  await changeImport(trx, id, { state: 'validating', started_at: trx.fn.now() })
  return true
}

/** Whose workflow may never have been started. */
export async function listWaitingImports(
  trx: Knex,
  { olderThanMs, max }: { olderThanMs: number; max: number },
): Promise<{ id: string; project_id: string }[]> {
  return trx('imports')
    .where({ state: 'waiting' })
    .whereRaw(`received_at < now() - ? * interval '1 millisecond'`, [olderThanMs])
    .orderBy('received_at')
    .limit(max)
    .select('id', 'project_id')
}

/** How much is removed in one statement. */
const PIECES_MAX = 50
const ROWS_MAX = 5_000

/** Some of what was sent in a try that does not count, so that no statement runs long. @returns whether there was any */
export async function removeSomeOfUpload(trx: Knex, { importId, upload }: Upload): Promise<boolean> {
  const some = trx('import_pages').where({ import_id: importId, upload }).select('page').limit(PIECES_MAX)
  const removed: number = await trx('import_pages')
    .where({ import_id: importId, upload })
    .whereIn('page', some)
    .delete()
  return removed > 0
}

/**
 * Removes some of what imports leave: of those that ended before `endedBefore`, or for which no file has come since
 * `askedBefore`, the file and its faults. What became of them stays, so that the same file is known again.
 */
export async function clearSomeImports(
  trx: Knex,
  { endedBefore, askedBefore }: { endedBefore: Date; askedBefore: Date },
): Promise<void> {
  const over: ImportRow[] = await trx('imports')
    .whereNull('cleared_at')
    .whereRaw(`(ended_at < ? or (state = 'awaiting_file' and created_at < ?))`, [endedBefore, askedBefore])
    .orderBy('created_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
  for (const { id, state } of over) {
    if ((await clearSome(trx, id)) > 0) return
    const ended = state === 'awaiting_file' ? { state: 'cancelled', ended_at: trx.fn.now() } : {}
    await changeImport(trx, id, { ...ended, cleared_at: trx.fn.now() })
  }
}

async function clearSome(trx: Knex, id: string): Promise<number> {
  let removed = 0
  for (const [table, columns, max] of [
    ['import_pages', ['upload', 'page'], PIECES_MAX],
    ['import_keys', ['key'], ROWS_MAX],
    ['import_faults', ['line', 'field'], ROWS_MAX],
  ] as const) {
    const some = trx(table)
      .where({ import_id: id })
      .select(...columns)
      .limit(max)
    removed += await trx(table)
      .where({ import_id: id })
      .whereIn([...columns], some)
      .delete()
  }
  return removed
}
