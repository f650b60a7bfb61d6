import { z } from 'zod'
import { findBreaks } from '#db/reports/breaks.ts'
import { inProject } from '#db/connection.ts'
import { BREAK_KINDS } from '#domain/reports/reconciliation.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { BREAK_STATES, breakBody, breakSchema } from './break.ts'

const list = z.array(text()).max(100).optional()
const filter = z.strictObject({
  ids: list,
  states: z.array(z.enum(BREAK_STATES)).max(BREAK_STATES.length).optional(),
  kinds: z.array(z.enum(BREAK_KINDS)).max(BREAK_KINDS.length).optional(),
  parts: list,
  subjects: list,
  proposed: z.boolean().optional().meta({ description: 'True: waits for a second person' }),
})

export const viewBreaks = endpoint({
  method: 'post',
  path: '/reconciliation/breaks/view',
  family: 'Reconciliation',
  summary: 'List the differences that were found',
  access: 'RECONCILIATION_MANAGER',
  body: viewBody(filter, ['lastSeenAt']),
  answers: { 200: { description: 'One page, those seen last first', body: viewAnswer(breakSchema) } },
  async handle({ body, caller }, { db }) {
    const { pageNumber, pageSize } = body
    const order = body.sort?.['lastSeenAt'] ?? 'desc'
    const found = await inProject(db, caller.projectId, (trx) =>
      findBreaks(trx, body.filter ?? {}, { pageNumber, pageSize, countMax: COUNT_MAX, order }),
    )
    return viewReply(body, found.total, found.rows.map(breakBody))
  },
})
