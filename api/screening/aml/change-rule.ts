import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { changeScreeningRule, findScreeningRule, lockScreeningRule } from '#db/screening/screening-rules.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { auditScreening } from './audit.ts'
import { amountBody, kindsOf, readFromAmount, types } from './policy.ts'
import { checkRuleFields, countries, fromCount, ruleBody, ruleSchema, verdict, windowHours } from './rule.ts'

export const patchAmlRule = endpoint({
  method: 'patch',
  path: '/aml/rules/:id',
  family: 'AML',
  summary: 'Change a rule',
  description: 'The next check goes by it. Its type and its issuer stay: make another rule.',
  access: 'AML_MANAGER',
  params: z.strictObject({ id: text(64).meta({ description: 'Id of the rule' }) }),
  body: patchBody({
    types: types.optional(),
    verdict: verdict.optional(),
    fromAmount: amountText.optional(),
    fromCount: fromCount.optional(),
    windowHours: windowHours.optional(),
    countries: countries.optional(),
    active: z.boolean().optional(),
  }),
  answers: { 200: { description: 'As it is now', body: ruleSchema } },
  async handle({ params, body, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const before = await lockScreeningRule(trx, params.id)
      if (!before) throw notFound('id', 'rule')
      checkRuleFields(before.type, body, { isWhole: false })
      const { fromAmount = amountBody(before) } = body
      await changeScreeningRule(trx, {
        id: before.id,
        kinds: body.types ? kindsOf(body.types) : before.kinds,
        verdict: body.verdict ?? before.verdict,
        from_amount: await readFromAmount(trx, { issuerId: before.issuer_id, fromAmount }),
        from_count: body.fromCount ?? before.from_count,
        window_hours: body.windowHours ?? before.window_hours,
        countries: body.countries ?? before.countries,
        active: body.active ?? before.active,
      })
      const after = (await findScreeningRule(trx, before.id)) ?? before
      await auditScreening(trx, caller, {
        action: 'aml.rule.change',
        subjectType: 'screening_rule',
        subjectId: before.id,
        before: ruleBody(before),
        after: ruleBody(after),
      })
      return after
    })
    return { status: 200, body: ruleBody(changed) }
  },
})
