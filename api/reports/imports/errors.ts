import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listFaults, type LineFault } from '#db/reports/import-pages.ts'
import { FAULT_CODES } from '#domain/rule-fault.ts'
import { CSV_TYPE, csvHead, csvRows, type Column } from '../../http/csv.ts'
import { endpoint } from '../../http/endpoint.ts'
import { pageAnswer, pageQuery, pageReply } from '../../http/page.ts'
import { demandImport, importParams } from './import.ts'

const faultSchema = z
  .strictObject({
    line: z.int().meta({ description: 'Of the file, where the row begins; the header is line 1' }),
    field: z.string().meta({ description: 'The column; `row` where the row as a whole cannot be read' }),
    code: z.enum(FAULT_CODES),
    message: z.string(),
  })
  .meta({ id: 'ImportError' })

const COLUMNS: readonly Column<LineFault>[] = [
  { name: 'line', kind: 'exact', of: ({ line }) => String(line) },
  { name: 'field', kind: 'text', of: ({ field }) => field },
  { name: 'code', kind: 'exact', of: ({ code }) => code },
  { name: 'message', kind: 'text', of: ({ message }) => message },
]

/** As many as are kept. */
const ALL = { limit: 10_000, offset: 0 }

export const getImportErrors = endpoint({
  method: 'get',
  path: '/imports/:id/errors',
  family: 'Imports',
  summary: 'What is wrong with the rows of an import',
  description:
    'By line and field, without what stands there. The first 10,000 are kept, for seven days after the end. As CSV all of them at once.',
  access: 'ACCOUNT_MANAGER',
  params: importParams,
  query: pageQuery({ format: z.enum(['json', 'csv']).default('json') }),
  answers: {
    200: { description: 'In the order of the file', body: pageAnswer(faultSchema), files: [CSV_TYPE] },
  },
  async handle({ params, query: { format, ...page }, caller }, { db }) {
    const { total, faults } = await inProject(db, caller.projectId, async (trx) => {
      const job = await demandImport(trx, params.id)
      const found = await listFaults(trx, job.id, format === 'csv' ? ALL : page)
      return { total: job.faults_kept, faults: found }
    })
    if (format === 'json') return pageReply(page, { total, data: faults, one: 'error' })
    const content = Buffer.from(csvHead(COLUMNS) + csvRows(COLUMNS, faults))
    return {
      status: 200,
      file: { type: `${CSV_TYPE}; charset=utf-8`, name: `errors-${params.id}.csv`, content },
    }
  },
})
