import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findRuns, type RunRow } from '#db/reports/reconciliation-runs.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'

const STATES = ['running', 'complete', 'incomplete'] as const
const filter = z.strictObject({
  ids: z.array(text(64)).max(100).optional(),
  states: z.array(z.enum(STATES)).max(STATES.length).optional(),
})

const runSchema = z
  .strictObject({
    id: z.string(),
    askedBy: z.string().nullable().meta({ description: 'Null where the schedule did' }),
    state: z.enum(STATES).meta({
      description: 'incomplete: a platform gave no usable answer, so differences with it may be missing',
    }),
    parts: z.array(
      z.strictObject({
        name: z.string().meta({ description: '`book`, or the label of a platform' }),
        state: z.enum(['compared', 'away', 'no_book']),
        compared: z.int().meta({ description: 'Issuers in the book, payouts at a platform' }),
      }),
    ),
    tries: z.int(),
    found: z.int().meta({ description: 'Differences that became open' }),
    vanished: z.int().meta({ description: 'Open differences that were not there any more' }),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable().meta({ description: 'Of the last try so far' }),
  })
  .meta({ id: 'ReconciliationRun' })

export const viewReconciliationRuns = endpoint({
  method: 'post',
  path: '/reconciliation/runs/view',
  family: 'Reconciliation',
  summary: 'List runs of reconciliation',
  access: 'RECONCILIATION_MANAGER',
  body: viewBody(filter, ['startedAt']),
  answers: { 200: { description: 'One page, newest first', body: viewAnswer(runSchema) } },
  async handle({ body, caller }, { db }) {
    const { pageNumber, pageSize } = body
    const order = body.sort?.['startedAt'] ?? 'desc'
    const found = await inProject(db, caller.projectId, (trx) =>
      findRuns(trx, body.filter ?? {}, { pageNumber, pageSize, countMax: COUNT_MAX, order }),
    )
    return viewReply(body, found.total, found.rows.map(runBody))
  },
})

function runBody(row: RunRow): z.infer<typeof runSchema> {
  return {
    id: row.id,
    askedBy: row.asked_by,
    state: row.state,
    parts: Object.entries(row.parts).map(([name, { state, compared }]) => ({ name, state, compared })),
    tries: row.tries,
    found: row.found,
    vanished: row.vanished,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  }
}
