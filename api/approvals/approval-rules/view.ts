import { z } from 'zod'
import { findApprovalRules } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { wireType } from '#domain/operations/operation.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { ruleBody, ruleSchema } from './rule.ts'
import { APPROVABLE_KINDS, operationType } from './terms.ts'

const IDS_MAX = 100

const filter = z.strictObject({
  ids: z.array(text(64)).max(IDS_MAX).optional(),
  businessProcessTypes: z.array(operationType).max(APPROVABLE_KINDS.length).optional(),
  issuerIds: z.array(text(64)).max(IDS_MAX).optional(),
  active: z.boolean().optional(),
})

export const viewApprovalRules = endpoint({
  method: 'post',
  path: '/approval-rules/view',
  family: 'Approval rules',
  summary: 'Find approval rules',
  access: 'APPROVAL_RULE_VIEWER',
  body: viewBody(filter, ['createdAt']),
  answers: { 200: { description: 'One page, by default the newest first', body: viewAnswer(ruleSchema) } },
  async handle({ body, caller }, { db }) {
    const { businessProcessTypes, ...same } = body.filter ?? {}
    const kinds =
      businessProcessTypes && APPROVABLE_KINDS.filter((kind) => businessProcessTypes.includes(wireType(kind)))
    const { pageNumber, pageSize } = body
    const order = body.sort?.['createdAt'] ?? 'desc'
    const found = await inProject(db, caller.projectId, (trx) =>
      findApprovalRules(trx, { ...same, kinds }, { pageNumber, pageSize, countMax: COUNT_MAX, order }),
    )
    return viewReply(body, found.total, found.rows.map(ruleBody))
  },
})
