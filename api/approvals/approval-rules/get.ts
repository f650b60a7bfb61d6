import { findApprovalRule, listRuleVersions } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { ruleParams, ruleWithVersionsBody, ruleWithVersionsSchema } from './rule.ts'

export const getApprovalRule = endpoint({
  method: 'get',
  path: '/approval-rules/:id',
  family: 'Approval rules',
  summary: 'Read an approval rule with all its versions',
  description: 'A removed one, too.',
  access: 'APPROVAL_RULE_VIEWER',
  params: ruleParams,
  answers: { 200: { description: 'The rule', body: ruleWithVersionsSchema } },
  async handle({ params, caller }, { db }) {
    return inProject(db, caller.projectId, async (trx) => {
      const rule = await findApprovalRule(trx, params.id)
      if (!rule) throw notFound('id', 'approval rule')
      return { status: 200, body: ruleWithVersionsBody(rule, await listRuleVersions(trx, rule.id)) }
    })
  },
})
