import { z } from 'zod'
import { findAuditRows, type AuditRow } from '#db/reports/audit-trail.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { instant } from '../../http/instant.ts'

const LIST_MAX = 100
const list = z.array(text()).max(LIST_MAX).optional()

const filter = z.strictObject({
  actorIds: list,
  actions: list,
  subjectTypes: list,
  subjectIds: list,
  from: instant.optional(),
  to: instant.optional(),
})

const auditSchema = z
  .strictObject({
    seq: z.int().meta({ description: 'Counts from 1 without gaps' }),
    at: z.iso.datetime(),
    actor: z
      .strictObject({ id: z.string(), login: z.string().optional() })
      .nullable()
      .meta({ description: 'Null where no person acted' }),
    source: z.string().meta({ examples: ['api', 'workflow', 'system'] }),
    action: z.string().meta({ examples: ['currency.create', 'operation.decide.accept'] }),
    subjectType: z.string(),
    subjectId: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    hash: z.string().meta({ description: 'SHA-256 over this row and the hash of the one before, in hex' }),
  })
  .meta({ id: 'AuditRow' })

export const viewAuditTrail = endpoint({
  method: 'post',
  path: '/audit-trails/view',
  family: 'Audit',
  summary: 'Look who changed what',
  description: 'Every change in your project, in a chain that cannot be rewritten unnoticed. Newest first.',
  access: 'AUDIT_VIEWER',
  body: viewBody(filter, ['at']),
  answers: { 200: { description: 'One page of it', body: viewAnswer(auditSchema) } },
  async handle({ body, caller }, { db }) {
    const { pageNumber, pageSize } = body
    const order = body.sort?.['at'] ?? 'desc'
    const found = await inProject(db, caller.projectId, (trx) =>
      findAuditRows(trx, body.filter ?? {}, { pageNumber, pageSize, countMax: COUNT_MAX, order }),
    )
    return viewReply(body, found.total, found.rows.map(auditBody))
  },
})

function auditBody(row: AuditRow): z.infer<typeof auditSchema> {
  const login = row.actor_login === null ? {} : { login: row.actor_login }
  return {
    seq: Number(row.seq),
    at: row.at.toISOString(),
    actor: row.actor_id === null ? null : { id: row.actor_id, ...login },
    source: row.source,
    action: row.action,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    before: row.before,
    after: row.after,
    hash: row.hash.toString('hex'),
  }
}
