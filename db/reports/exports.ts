import type { Knex } from 'knex'
import type { ExportedRow, ExportRecord, ExportRow, ExportSubject } from './export-cursor.ts'
import { readAccountsAfter } from './export-accounts.ts'
import { readAssetsAfter } from './export-assets.ts'
import { readOperationsAfter } from './export-operations.ts'

/** Newest first, after the job's cursor. */
const READERS: Readonly<
  Record<ExportSubject, (trx: Knex, job: ExportRow, max: number) => Promise<ExportedRow[]>>
> = { operations: readOperationsAfter, accounts: readAccountsAfter, assets: readAssetsAfter }

type NewExport = Pick<ExportRow, 'id' | 'project_id' | 'asked_by' | 'organization_id' | 'subject' | 'filter'>

/** What comes after it is not in it. */
export async function addExport(trx: Knex, row: NewExport): Promise<void> {
  await trx('exports').insert({ ...row, filter: JSON.stringify(row.filter) })
  await trx('project_of').insert({ id: row.id, project_id: row.project_id })
}

export async function countPendingExports(trx: Knex, personId: string): Promise<number> {
  // Two calls of one person at once would both find room.
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 14))', [personId])
  const row = await trx('exports')
    .where({ asked_by: personId, state: 'pending' })
    .count('id as count')
    .first()
  return Number(row?.['count'])
}

export async function findExport(trx: Knex, id: string): Promise<ExportRow | undefined> {
  return trx('exports').where({ id }).first()
}

export type ExportLimits = { readonly pageSize: number; readonly rowsMax: number }

/**
 * Writes the page after the last one, and moves the cursor with it. One after another: the row is locked meanwhile.
 * @returns what is there now; undefined where the export is gone
 */
export async function writeExportPage(
  trx: Knex,
  id: string,
  { pageSize, rowsMax }: ExportLimits,
): Promise<ExportRow | undefined> {
  const job: ExportRow | undefined = await trx('exports').where({ id }).forUpdate().first()
  if (job?.state !== 'pending') return job
  const written = Number(job.row_count)
  const room = Math.min(pageSize, rowsMax - written)
  // One more than fits says whether something is left.
  const found = await READERS[job.subject](trx, job, room + 1)
  const rows = found.slice(0, room)
  const last = rows.at(-1)
  const isCapped = found.length > room && written + rows.length === rowsMax
  const isDone = isCapped || found.length <= room
  if (last)
    await trx('export_pages').insert({
      export_id: id,
      page: job.page_count,
      project_id: job.project_id,
      records: JSON.stringify(rows.map(({ record }) => record)),
    })
  const [changed]: ExportRow[] = await trx('exports')
    .where({ id })
    .update({
      row_count: written + rows.length,
      page_count: job.page_count + (last ? 1 : 0),
      is_capped: isCapped,
      ...(last ? { cursor_at: last.cursor_at, cursor_id: last.id } : {}),
      ...(isDone ? { state: 'complete', completed_at: trx.fn.now() } : {}),
    })
    .returning('*')
  return changed
}

export async function readExportPage(
  trx: Knex,
  id: string,
  page: number,
): Promise<readonly ExportRecord[] | undefined> {
  const row: { records: ExportRecord[] } | undefined = await trx('export_pages')
    .where({ export_id: id, page })
    .first('records')
  return row?.records
}

/** Some pages at a time, and the export with the last of them. @returns whether something is left */
export async function removeSomeOfExport(trx: Knex, id: string, pages: number): Promise<boolean> {
  const some = trx('export_pages').where({ export_id: id }).limit(pages).select('page')
  const removed = await trx('export_pages').where({ export_id: id }).whereIn('page', some).delete()
  if (removed === pages) return true
  await trx('exports').where({ id }).delete()
  return false
}
