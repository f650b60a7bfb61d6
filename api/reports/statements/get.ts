import { z } from 'zod'
import { findCoin, type Coin } from '#db/accounts/coins.ts'
import { inSnapshot } from '#db/connection.ts'
import { readStatement } from '#db/reports/statements.ts'
import { coinParams } from '../../accounts/coins/coin.ts'
import { CSV_TYPE } from '../../http/csv.ts'
import { endpoint, type Caller, type Reply } from '../../http/endpoint.ts'
import { instant } from '../../http/instant.ts'
import { seesAll } from '../../operations/read-process.ts'
import { badParameter, notFound, Problem } from '../../http/problem.ts'
import { statementCsv } from './csv.ts'
import { PDF_TYPE, statementPdf } from './pdf.ts'
import { statementBody, statementSchema, type Statement } from './statement.ts'

/** What one answer holds; a longer history is for the data export. On paper nobody reads as many. */
const LINES_MAX = { json: 10_000, csv: 10_000, pdf: 2_000 } as const
type Format = keyof typeof LINES_MAX

const MONTH_MS = 31 * 24 * 3_600_000

const query = z.strictObject({
  from: instant.optional().meta({ description: 'Inclusive; 31 days before the end where it is left out' }),
  to: instant.optional().meta({ description: 'Exclusive; now where it is left out, and never later' }),
  format: z.enum(['json', 'csv', 'pdf']).default('json'),
})

export const getStatement = endpoint({
  method: 'get',
  path: '/coins/:serial/statement',
  family: 'Statements',
  summary: 'Every posting on a coin in a period, from the opening to the closing balance',
  description: `Clients see their own coins, staff all. At most ${LINES_MAX.json} lines, in a PDF ${LINES_MAX.pdf}. \
CSV is UTF-8 with a byte order mark; texts that a spreadsheet would take for a formula begin with an apostrophe. \
A PDF shows Latin, Greek and Cyrillic letters as they are, and others in Latin letters.`,
  access: 'STATEMENT_VIEWER',
  params: coinParams,
  query,
  alsoRefuses: [422],
  answers: {
    200: { description: 'The statement', body: statementSchema, files: [CSV_TYPE, PDF_TYPE] },
  },
  async handle({ params, query: asked, caller }, { db, now }) {
    const period = readPeriod(asked, now())
    const max = LINES_MAX[asked.format]
    const statement = await inSnapshot(db, caller.projectId, async (trx) => {
      const coin = await findCoin(trx, params.serial)
      if (!coin || !mayRead(caller, coin)) throw notFound('serial', 'coin')
      const found = await readStatement(trx, coin.id, { ...period, max })
      if (found.isLonger) throw tooLong(max)
      return statementBody(coin, found, period)
    })
    return toReply(statement, asked.format)
  },
})

function mayRead(caller: Caller, { organization_id }: Coin): boolean {
  return seesAll(caller) || organization_id === caller.organizationId
}

function readPeriod(asked: z.infer<typeof query>, now: Date): { from: Date; to: Date } {
  const to = asked.to && asked.to < now ? asked.to : now
  const from = asked.from ?? new Date(to.getTime() - MONTH_MS)
  if (from >= to) throw badParameter('from', 'must be before the end of the period')
  return { from, to }
}

function tooLong(max: number): Problem {
  const message = `the period has more than ${max} postings; shorten it, or take the data export`
  return new Problem(422, 'statement_too_long', { detail: message, errors: [{ parameter: 'from', message }] })
}

async function toReply(statement: Statement, format: Format): Promise<Reply> {
  if (format === 'json') return { status: 200, body: statement }
  const name = `statement-${statement.serial}-${statement.to.slice(0, 10)}.${format}`
  return format === 'csv'
    ? { status: 200, file: { type: `${CSV_TYPE}; charset=utf-8`, name, content: statementCsv(statement) } }
    : { status: 200, file: { type: PDF_TYPE, name, content: await statementPdf(statement) } }
}
