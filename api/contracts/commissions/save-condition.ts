import type { Knex } from 'knex'
import type { z } from 'zod'
import { addCondition, changeCondition, type ConditionRow } from '#db/contracts/contracts-commission.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { changePart } from '../contracts/change-part.ts'
import {
  conditionBody,
  conditionInput,
  conditionSchema,
  readCondition,
  refuseConditionOverlap,
} from './condition.ts'
import { readRule, ruleParams } from './rule.ts'

export const conditionParams = ruleParams.extend({
  cid: text(64).meta({ description: 'Id of the condition', examples: ['cnd_01h2xcejqtf2nbrexx3vqjhp41'] }),
})

const PATH = '/contracts/:id/commission-profiles/:pid/commission-rule/:ruleId/condition'

export const createCommissionCondition = endpoint({
  method: 'post',
  path: PATH,
  family: 'Contracts',
  summary: 'Add a condition to a commission rule',
  description:
    'What operations in a range of amounts cost. Ranges may touch and not overlap; an amount that no range covers is not offered. A percentage is rounded half up to the minor unit, once.',
  access: 'CONTRACT_MANAGER',
  params: ruleParams,
  body: conditionInput,
  answers: { 201: { description: 'Added', body: conditionSchema } },
  async handle({ params, body, caller }, { db, newId }) {
    const { after } = await changePart(db, caller, {
      contractId: params.id,
      part: 'commission_condition',
      change: (trx) => save(trx, params, { id: newId('cnd'), body, isNew: true }),
    })
    return { status: 201, body: after }
  },
})

export const putCommissionCondition = endpoint({
  method: 'put',
  path: `${PATH}/:cid`,
  family: 'Contracts',
  summary: 'Replace a condition of a commission rule',
  access: 'CONTRACT_MANAGER',
  params: conditionParams,
  body: conditionInput,
  answers: { 200: { description: 'As it is now', body: conditionSchema } },
  async handle({ params, body, caller }, { db }) {
    const { after } = await changePart(db, caller, {
      contractId: params.id,
      part: 'commission_condition',
      change: (trx) => save(trx, params, { id: params.cid, body, isNew: false }),
    })
    return { status: 200, body: after }
  },
})

type Asked = { readonly id: string; readonly body: z.infer<typeof conditionInput>; readonly isNew: boolean }

async function save(trx: Knex, params: z.infer<typeof ruleParams>, { id, body, isNew }: Asked) {
  const { rule, currency } = await readRule(trx, params)
  const before = rule.conditions.find((condition) => condition.id === id)
  if (!before && !isNew) throw notFound('cid', 'condition')
  const condition = readCondition(body, currency)
  refuseConditionOverlap(
    condition,
    rule.conditions.filter((other) => other.id !== id),
    currency,
  )
  const row: ConditionRow = {
    id,
    project_id: rule.project_id,
    rule_id: rule.id,
    begin_amount: condition.begin.toString(),
    end_amount: condition.end?.toString() ?? null,
    type: condition.type,
    fixed: condition.fixed.toString(),
    percent: condition.percent,
  }
  await (isNew ? addCondition(trx, row) : changeCondition(trx, row))
  const after = (await readRule(trx, params)).rule.conditions.find((one) => one.id === id)
  if (!after) throw new Error(`Condition ${id} was written and is not there.`)
  return {
    id,
    ...(before ? { before: conditionBody(before, currency) } : {}),
    after: conditionBody(after, currency),
  }
}
