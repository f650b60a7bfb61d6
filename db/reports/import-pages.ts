import type { Knex } from 'knex'
import type { ImportRecord, RowFault } from '#domain/reports/import-row.ts'
import type { AuditEntry } from '../audit.ts'
import type { ImportRow } from './imports.ts'

export type ImportPage = {
  readonly records: readonly ImportRecord[]
  readonly bad: readonly number[]
  readonly same: readonly number[]
}

/** Of the upload that counts. */
export async function readImportPage(trx: Knex, job: ImportRow, page: number): Promise<ImportPage> {
  const row: ImportPage | undefined = await trx('import_pages')
    .where({ import_id: job.id, upload: job.upload, page })
    .first('records', 'bad', 'same')
  if (!row) throw new Error(`page ${page} of import ${job.id} is gone`)
  return row
}

export async function changeImportPage(
  trx: Knex,
  job: ImportRow,
  { page, ...changes }: { page: number } & Pick<ImportPage, 'bad' | 'same'>,
): Promise<void> {
  await trx('import_pages').where({ import_id: job.id, upload: job.upload, page }).update(changes)
}

/** Kept until the end of the transaction that makes all or nothing. */
export async function keepMade(trx: Knex, job: ImportRow, made: readonly AuditEntry[]): Promise<void> {
  await trx('import_pages')
    .where({ import_id: job.id, upload: job.upload, page: job.apply_page })
    .update({ made: JSON.stringify(made) })
}

/** To the audit trail, in the order of the file. */
export async function auditMade(trx: Knex, job: ImportRow, page: number): Promise<void> {
  await trx.raw(
    `select append_audit(project_id, made) from import_pages where import_id = ? and upload = ? and page = ?`,
    [job.id, job.upload ?? '', page],
  )
  await trx('import_pages').where({ import_id: job.id, upload: job.upload, page }).update({ made: null })
}

/** What a row would make that there may be one of. */
export type RowKey = { readonly key: string; readonly fingerprint: string; readonly line: number }

/** Takes the keys that no earlier row has. @returns those that one has, as it has them */
export async function takeKeys(
  trx: Knex,
  job: ImportRow,
  keys: readonly RowKey[],
): Promise<Map<string, RowKey>> {
  if (keys.length === 0) return new Map()
  const taken = await trx.raw<{ rows: { key: string }[] }>(
    `insert into import_keys (import_id, project_id, key, fingerprint, line)
       select :id, :project, k.key, k.fingerprint, k.line
         from jsonb_to_recordset(:keys::jsonb) k (key text, fingerprint text, line int)
       on conflict do nothing returning key`,
    { id: job.id, project: job.project_id, keys: JSON.stringify(keys) },
  )
  const ours = new Set(taken.rows.map(({ key }) => key))
  const others = keys.filter(({ key }) => !ours.has(key)).map(({ key }) => key)
  if (others.length === 0) return new Map()
  const found: RowKey[] = await trx('import_keys')
    .where({ import_id: job.id })
    .whereRaw('key = any(?)', [others])
    .select('key', 'fingerprint', 'line')
  return new Map(found.map((row) => [row.key, row]))
}

export type LineFault = RowFault & { readonly line: number }

/** @returns how many of them were kept */
export async function keepFaults(
  trx: Knex,
  job: ImportRow,
  { faults, max }: { readonly faults: readonly LineFault[]; readonly max: number },
): Promise<number> {
  const kept = faults.slice(0, Math.max(max - job.faults_kept, 0))
  if (kept.length === 0) return 0
  const added = await trx.raw<{ rowCount: number }>(
    `insert into import_faults (import_id, project_id, line, field, code, message)
       select :id, :project, f.line, f.field, f.code, f.message
         from jsonb_to_recordset(:faults::jsonb) f (line int, field text, code text, message text)
       on conflict do nothing`,
    { id: job.id, project: job.project_id, faults: JSON.stringify(kept) },
  )
  return added.rowCount
}

/** In the order of the file. */
export async function listFaults(
  trx: Knex,
  importId: string,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<LineFault[]> {
  return trx('import_faults')
    .where({ import_id: importId })
    .orderBy(['line', 'field'])
    .limit(limit)
    .offset(offset)
    .select('line', 'field', 'code', 'message')
}
