import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { viewScreenings, type ScreeningRow } from '#db/screening/screenings.ts'
import { SCREENING_VERDICTS } from '#domain/operations/screening-verdict.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'

const filter = z.strictObject({
  operationIds: z.array(text(64)).max(100).optional(),
  verdicts: z
    .array(z.enum([...SCREENING_VERDICTS, 'none']))
    .max(4)
    .optional()
    .meta({ description: 'none: the provider has given no usable answer' }),
})

const checkSchema = z
  .strictObject({
    operationId: z.string(),
    n: z
      .int()
      .meta({ description: 'Counts the checks of an operation; its workflow is aml/{operationId}/{n}' }),
    provider: z.string(),
    verdict: z.enum(SCREENING_VERDICTS).nullable(),
    reasons: z.array(z.string()).meta({ examples: [['rule "Ten withdrawals a day"']] }),
    startedAt: z.iso.datetime(),
    answeredAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'AmlCheck' })

export const viewAmlChecks = endpoint({
  method: 'post',
  path: '/aml/checks/view',
  family: 'AML',
  summary: 'Look at checks and what was answered',
  description:
    'What the providers said; what people decided on a review stands at the operation. Newest first.',
  access: 'AML_VIEWER',
  body: viewBody(filter, ['startedAt']),
  answers: { 200: { description: 'One page of them', body: viewAnswer(checkSchema) } },
  async handle({ body, caller }, { db }) {
    const { pageNumber, pageSize } = body
    const found = await inProject(db, caller.projectId, (trx) =>
      viewScreenings(trx, {
        operationIds: body.filter?.operationIds,
        verdicts: body.filter?.verdicts?.map((verdict) => (verdict === 'none' ? null : verdict)),
        direction: body.sort?.['startedAt'] ?? 'desc',
        page: { pageNumber, pageSize, countMax: COUNT_MAX },
      }),
    )
    return viewReply(body, found.total, found.rows.map(checkBody))
  },
})

function checkBody(row: ScreeningRow): z.infer<typeof checkSchema> {
  return {
    operationId: row.operation_id,
    n: row.n,
    provider: row.provider,
    verdict: row.verdict,
    reasons: row.reasons,
    startedAt: row.started_at.toISOString(),
    answeredAt: row.answered_at?.toISOString() ?? null,
  }
}
