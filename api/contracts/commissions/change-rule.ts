import { z } from 'zod'
import { changeRule } from '#db/contracts/contracts-commission.ts'
import { endpoint } from '../../http/endpoint.ts'
import { instant } from '../../http/instant.ts'
import { patchBody } from '../../http/patch-body.ts'
import { changePart } from '../contracts/change-part.ts'
import {
  directionField,
  readRule,
  refuseNoTime,
  refuseRuleOverlap,
  ruleBody,
  ruleParams,
  ruleSchema,
} from './rule.ts'

const body = patchBody({
  beginDate: instant.optional(),
  endDate: instant.nullable().optional(),
  direction: directionField.optional(),
  active: z.boolean().optional(),
})

export const patchCommissionRule = endpoint({
  method: 'patch',
  path: '/contracts/:id/commission-profiles/:pid/commission-rule/:ruleId',
  family: 'Contracts',
  summary: 'Change a commission rule',
  description: 'Operations that were asked for keep what they were told.',
  access: 'CONTRACT_MANAGER',
  params: ruleParams,
  body,
  answers: { 200: { description: 'As it is now', body: ruleSchema } },
  async handle(asked, { db }) {
    const { params, caller } = asked
    const { after } = await changePart(db, caller, {
      contractId: params.id,
      part: 'commission_rule',
      async change(trx) {
        const { rule, others, currency } = await readRule(trx, params)
        const changes = {
          begins_at: asked.body.beginDate ?? rule.begins_at,
          ends_at: asked.body.endDate === undefined ? rule.ends_at : asked.body.endDate,
          direction: asked.body.direction ?? rule.direction,
          active: asked.body.active ?? rule.active,
        }
        refuseNoTime(changes, asked.body.endDate === undefined ? 'beginDate' : 'endDate')
        refuseRuleOverlap(changes, others, blamed(asked.body))
        await changeRule(trx, rule.id, changes)
        return {
          id: rule.id,
          before: ruleBody(rule, currency),
          after: ruleBody({ ...rule, ...changes }, currency),
        }
      },
    })
    return { status: 200, body: after }
  },
})

/** Where the rule overlaps another after the change: the field that did it. */
function blamed({ beginDate, endDate }: z.infer<typeof body>): string {
  if (beginDate !== undefined) return 'beginDate'
  return endDate === undefined ? 'active' : 'endDate'
}
