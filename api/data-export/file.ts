import { Readable } from 'node:stream'
import { inProject, type Database } from '#db/connection.ts'
import {
  EXPORT_FIELDS,
  readExportPage,
  type ExportField,
  type ExportRecord,
  type ExportRow,
} from '#db/exports.ts'
import { CSV_TYPE, csvHead, csvRows, type Column } from '../csv.ts'
import { endpoint } from '../endpoint.ts'
import { conflict, notFound } from '../problem.ts'
import { findReadableExport, jobParams } from './job.ts'

/** What people or banks have typed; the rest is ours. */
const TYPED: ReadonlySet<ExportField> = new Set([
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
])

const COLUMNS = EXPORT_FIELDS.map((name): Column<ExportRecord> => ({
  name,
  kind: TYPED.has(name) ? 'text' : 'exact',
  of: (record) => record[name],
}))

export const getDataExportFile = endpoint({
  method: 'get',
  path: '/data-export/:jobKey/file',
  family: 'Data export',
  summary: 'The file of an export',
  description:
    'CSV in UTF-8 with a byte order mark; texts that a spreadsheet would take for a formula begin with an apostrophe.',
  access: 'TRANSACTION_VIEWER',
  params: jobParams,
  alsoRefuses: [409],
  answers: { 200: { description: 'One line for each operation, newest first', files: [CSV_TYPE] } },
  async handle({ params, caller }, { db }) {
    const job = await inProject(db, caller.projectId, (trx) => findReadableExport(trx, caller, params.jobKey))
    if (!job) throw notFound('jobKey', 'export')
    if (job.state !== 'complete')
      throw conflict('export_not_complete', 'jobKey', 'The file is still being made.')
    const content = Readable.from(readCsv(db, job))
    const name = `operations-${job.created_at.toISOString().slice(0, 10)}.csv`
    return { status: 200, file: { type: `${CSV_TYPE}; charset=utf-8`, name, content } }
  },
})

/** Page by page, each only when the one before is on its way: a large file is never in memory. */
async function* readCsv(db: Database, job: ExportRow): AsyncGenerator<string> {
  yield csvHead(COLUMNS)
  for (let page = 0; page < job.page_count; page += 1) {
    const records = await inProject(db, job.project_id, (trx) => readExportPage(trx, job.id, page))
    if (!records) throw new Error('a page of the export is gone')
    yield csvRows(COLUMNS, records)
  }
}
