import { z } from 'zod'
import { lockApprovalRules } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { badParameter, conflict } from '../../http/problem.ts'
import { propose, proposeAnswers, readActiveRule } from './propose.ts'
import { ruleParams } from './rule.ts'
import { changeFields, readTerms, reasonField, termsBody } from './terms.ts'

export const proposeRuleChange = endpoint({
  method: 'patch',
  path: '/approval-rules/:id',
  family: 'Approval rules',
  summary: 'Propose a new version of an approval rule',
  description:
    'What is left out stays as it is. What already waits goes on under the version it began with. For another operation or issuer, propose another rule.',
  access: 'APPROVAL_RULE_MANAGER',
  params: ruleParams,
  body: z.strictObject({
    ...changeFields,
    version: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'As it was when you looked; refused where the rule has another one now' }),
    reason: reasonField.optional(),
  }),
  answers: proposeAnswers,
  async handle({ params, body: { version, reason = null, ...changes }, caller }, { db, newId }) {
    if (Object.keys(changes).length === 0) throw badParameter('body', 'must change something')
    return inProject(db, caller.projectId, async (trx) => {
      await lockApprovalRules(trx)
      const rule = await readActiveRule(trx, params.id)
      if (version !== undefined && version !== rule.version)
        throw conflict('approval_rule_changed', 'version', `It has the version ${rule.version} now.`)
      const terms = await readTerms(trx, { ...termsBody(rule, rule.currency), ...changes })
      return propose(trx, caller, {
        id: newId('arc'),
        ruleId: rule.id,
        action: 'change',
        baseVersion: rule.version,
        terms,
        reason,
      })
    })
  },
})
