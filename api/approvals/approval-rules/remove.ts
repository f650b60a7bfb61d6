import { lockApprovalRules } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { propose, proposeAnswers, readActiveRule } from './propose.ts'
import { ruleParams } from './rule.ts'

export const proposeRuleRemoval = endpoint({
  method: 'delete',
  path: '/approval-rules/:id',
  family: 'Approval rules',
  summary: 'Propose to remove an approval rule',
  description: 'What already waits goes on under it.',
  access: 'APPROVAL_RULE_MANAGER',
  params: ruleParams,
  answers: proposeAnswers,
  async handle({ params, caller }, { db, newId }) {
    return inProject(db, caller.projectId, async (trx) => {
      await lockApprovalRules(trx)
      const { id: ruleId, version: baseVersion } = await readActiveRule(trx, params.id)
      const proposal = { ruleId, action: 'remove', baseVersion, terms: null, reason: null } as const
      return propose(trx, caller, { id: newId('arc'), ...proposal })
    })
  },
})
