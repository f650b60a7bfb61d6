import { removeCondition } from '#db/contracts/contracts-commission.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { changePart } from '../contracts/change-part.ts'
import { conditionBody } from './condition.ts'
import { readRule } from './rule.ts'
import { conditionParams } from './save-condition.ts'

export const removeCommissionCondition = endpoint({
  method: 'delete',
  path: '/contracts/:id/commission-profiles/:pid/commission-rule/:ruleId/condition/:cid',
  family: 'Contracts',
  summary: 'Remove a condition of a commission rule',
  description: 'Amounts in its range are offered no more.',
  access: 'CONTRACT_MANAGER',
  params: conditionParams,
  answers: { 204: { description: 'Gone' } },
  async handle({ params, caller }, { db }) {
    await changePart(db, caller, {
      contractId: params.id,
      part: 'commission_condition',
      async change(trx) {
        const { rule, currency } = await readRule(trx, params)
        const condition = rule.conditions.find(({ id }) => id === params.cid)
        if (!condition) throw notFound('cid', 'condition')
        await removeCondition(trx, condition.id)
        return { id: condition.id, before: conditionBody(condition, currency) }
      },
    })
    return { status: 204 }
  },
})
