import { z } from 'zod'
import { listBankLines } from '#db/operations/bank-lines.ts'
import { inProject } from '#db/connection.ts'
import { LINE_STATES } from '#domain/operations/bank-line.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { instant } from '../../http/instant.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { lineSchema, toLine } from './line.ts'

const filter = z.strictObject({
  bankIds: z.array(text(64)).max(100).optional(),
  states: z.array(z.enum(LINE_STATES)).max(LINE_STATES.length).optional().meta({
    description: 'Without it: what stands in suspense, claimed or not',
  }),
  createdAtFrom: instant.optional(),
  createdAtTo: instant.optional(),
})

const NOT_SETTLED = ['suspense', 'claimed'] as const

export const viewBankLines = endpoint({
  method: 'post',
  path: '/bank-lines/view',
  family: 'Suspense',
  summary: 'List the lines of banks, those first that have waited longest',
  access: ['BANK_LINE_MANAGER', 'SUSPENSE_EXECUTOR'],
  body: viewBody(filter, ['createdAt']),
  answers: { 200: { description: 'One page, oldest first unless sorted', body: viewAnswer(lineSchema) } },
  async handle({ body, caller }, { db }) {
    const { pageNumber, pageSize, filter: wanted, sort } = body
    const { total, rows } = await inProject(db, caller.projectId, (trx) =>
      listBankLines(trx, {
        ...wanted,
        states: wanted?.states ?? NOT_SETTLED,
        direction: sort?.['createdAt'] ?? 'asc',
        page: { pageNumber, pageSize, countMax: COUNT_MAX },
      }),
    )
    return viewReply(body, total, rows.map(toLine))
  },
})
