import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { lockScreeningRule, removeScreeningRule } from '#db/screening/screening-rules.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { auditScreening } from './audit.ts'
import { ruleBody } from './rule.ts'

export const removeAmlRule = endpoint({
  method: 'delete',
  path: '/aml/rules/:id',
  family: 'AML',
  summary: 'Remove a rule',
  access: 'AML_MANAGER',
  params: z.strictObject({ id: text(64).meta({ description: 'Id of the rule' }) }),
  answers: { 204: { description: 'Removed' } },
  async handle({ params, caller }, { db }) {
    await inProject(db, caller.projectId, async (trx) => {
      const before = await lockScreeningRule(trx, params.id)
      if (!before) throw notFound('id', 'rule')
      await removeScreeningRule(trx, before.id)
      await auditScreening(trx, caller, {
        action: 'aml.rule.remove',
        subjectType: 'screening_rule',
        subjectId: before.id,
        before: ruleBody(before),
      })
    })
    return { status: 204 }
  },
})
