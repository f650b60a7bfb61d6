import { z } from 'zod'
import { lockApprovalRules } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { propose, proposeAnswers } from './propose.ts'
import { createFields, readTerms, reasonField } from './terms.ts'

export const proposeApprovalRule = endpoint({
  method: 'post',
  path: '/approval-rules',
  family: 'Approval rules',
  summary: 'Propose an approval rule',
  description:
    'Of several rules that fit an operation, the one of its issuer goes before the one for any issuer. Rules of the same kind and issuer may touch, but not overlap.',
  access: 'APPROVAL_RULE_MANAGER',
  body: z.strictObject({ ...createFields, reason: reasonField.optional() }),
  answers: proposeAnswers,
  async handle({ body: { reason = null, ...wish }, caller }, { db, newId }) {
    return inProject(db, caller.projectId, async (trx) => {
      await lockApprovalRules(trx)
      const terms = await readTerms(trx, wish)
      const ids = { id: newId('arc'), ruleId: newId('apr') }
      return propose(trx, caller, { ...ids, action: 'create', baseVersion: 0, terms, reason })
    })
  },
})
