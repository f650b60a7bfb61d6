import { removeRule } from '#db/contracts/contracts-commission.ts'
import { endpoint } from '../../http/endpoint.ts'
import { changePart } from '../contracts/change-part.ts'
import { readRule, ruleBody, ruleParams } from './rule.ts'

export const removeCommissionRule = endpoint({
  method: 'delete',
  path: '/contracts/:id/commission-profiles/:pid/commission-rule/:ruleId',
  family: 'Contracts',
  summary: 'Remove a commission rule with its conditions',
  description: 'Operations that were asked for keep what they were told.',
  access: 'CONTRACT_MANAGER',
  params: ruleParams,
  answers: { 204: { description: 'Gone' } },
  async handle({ params, caller }, { db }) {
    await changePart(db, caller, {
      contractId: params.id,
      part: 'commission_rule',
      async change(trx) {
        const { rule, currency } = await readRule(trx, params)
        await removeRule(trx, rule.id)
        return { id: rule.id, before: ruleBody(rule, currency) }
      },
    })
    return { status: 204 }
  },
})
