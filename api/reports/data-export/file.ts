import { Readable } from 'node:stream'
import { z } from 'zod'
import { inProject, type Database } from '#db/connection.ts'
import { ACCOUNT_FIELDS } from '#db/reports/export-accounts.ts'
import { ASSET_FIELDS } from '#db/reports/export-assets.ts'
import type { ExportRecord, ExportRow, ExportSubject } from '#db/reports/export-cursor.ts'
import { OPERATION_FIELDS } from '#db/reports/export-operations.ts'
import { readExportPage } from '#db/reports/exports.ts'
import { IMPORT_FORMATS, type ImportFormat } from '#domain/reports/import-row.ts'
import { CSV_TYPE, csvHead, csvRows, JSON_LINES_TYPE, type Column } from '../../http/csv.ts'
import { endpoint } from '../../http/endpoint.ts'
import { conflict, notFound } from '../../http/problem.ts'
import { findReadableExport, jobParams } from './job.ts'

/** What people or banks have typed; the rest is ours. */
const TYPED: ReadonlySet<string> = new Set([
  'coinSerial',
  'counterCoinSerial',
  'organization',
  'fullName',
  'iban',
  'bankAccountNumber',
  'bank',
  'bic',
  'bankReference',
  'description',
  'reason',
  'externalId',
  'ownerName',
  'address',
])

function columnsOf(fields: readonly string[]): readonly Column<ExportRecord>[] {
  return fields.map((name) => ({
    name,
    kind: TYPED.has(name) ? 'text' : 'exact',
    of: (record) => record[name] ?? null,
  }))
}

const COLUMNS: Readonly<Record<ExportSubject, readonly Column<ExportRecord>[]>> = {
  operations: columnsOf(OPERATION_FIELDS),
  accounts: columnsOf(ACCOUNT_FIELDS),
  assets: columnsOf(ASSET_FIELDS),
}

const TYPES: Readonly<Record<ImportFormat, string>> = {
  csv: `${CSV_TYPE}; charset=utf-8`,
  jsonl: JSON_LINES_TYPE,
}

export const getDataExportFile = endpoint({
  method: 'get',
  path: '/data-export/:jobKey/file',
  family: 'Data export',
  summary: 'The file of an export',
  description:
    'CSV in UTF-8 with a byte order mark; texts that a spreadsheet would take for a formula begin with an apostrophe. Or JSON lines: an object each, all values texts or null, as they are.',
  access: 'TRANSACTION_VIEWER',
  params: jobParams,
  query: z.strictObject({ format: z.enum(IMPORT_FORMATS).default('csv') }),
  alsoRefuses: [409],
  answers: {
    200: { description: 'One line for each, newest first', files: [CSV_TYPE, JSON_LINES_TYPE] },
  },
  async handle({ params, query: { format }, caller }, { db }) {
    const job = await inProject(db, caller.projectId, (trx) => findReadableExport(trx, caller, params.jobKey))
    if (!job) throw notFound('jobKey', 'export')
    if (job.state !== 'complete')
      throw conflict('export_not_complete', 'jobKey', 'The file is still being made.')
    const content = Readable.from(format === 'csv' ? asCsv(db, job) : asJsonLines(db, job))
    const name = `${job.subject}-${job.created_at.toISOString().slice(0, 10)}.${format}`
    return { status: 200, file: { type: TYPES[format], name, content } }
  },
})

/** Page by page, each only when the one before is on its way: a large file is never in memory. */
async function* pagesOf(db: Database, job: ExportRow): AsyncGenerator<readonly ExportRecord[]> {
  for (let page = 0; page < job.page_count; page += 1) {
    const records = await inProject(db, job.project_id, (trx) => readExportPage(trx, job.id, page))
    if (!records) throw new Error('a page of the export is gone')
    yield records
  }
}

async function* asCsv(db: Database, job: ExportRow): AsyncGenerator<string> {
  const columns = COLUMNS[job.subject]
  yield csvHead(columns)
  for await (const records of pagesOf(db, job)) yield csvRows(columns, records)
}

async function* asJsonLines(db: Database, job: ExportRow): AsyncGenerator<string> {
  for await (const records of pagesOf(db, job))
    yield records.map((record) => `${JSON.stringify(record)}\n`).join('')
}
