import { z } from 'zod'
import { addRule, listRules } from '#db/contracts/contracts-commission.ts'
import { endpoint } from '../../http/endpoint.ts'
import { instant } from '../../http/instant.ts'
import { changePart } from '../contracts/change-part.ts'
import { profileParams, readProfile } from './profile.ts'
import { directionField, refuseNoTime, refuseRuleOverlap, ruleBody, ruleSchema } from './rule.ts'

export const createCommissionRule = endpoint({
  method: 'post',
  path: '/contracts/:id/commission-profiles/:pid/commission-rule',
  family: 'Contracts',
  summary: 'Add a commission rule to a profile',
  description:
    'It offers nothing until it has conditions; switch it on when they are there. At any time one rule of a profile is active at most.',
  access: 'CONTRACT_MANAGER',
  params: profileParams,
  body: z.strictObject({
    beginDate: instant.meta({ description: 'In force from this moment' }),
    endDate: instant.nullable().optional().meta({ description: 'Up to this moment; without it: for good' }),
    direction: directionField,
    active: z.boolean().default(false),
  }),
  answers: { 201: { description: 'Added', body: ruleSchema } },
  async handle({ params, body, caller }, { db, newId }) {
    const { after } = await changePart(db, caller, {
      contractId: params.id,
      part: 'commission_rule',
      async change(trx) {
        const { profile, currency } = await readProfile(trx, params)
        const row = {
          id: newId('cru'),
          project_id: caller.projectId,
          profile_id: profile.id,
          begins_at: body.beginDate,
          ends_at: body.endDate ?? null,
          direction: body.direction,
          active: body.active,
        }
        refuseNoTime(row, 'endDate')
        refuseRuleOverlap(row, await listRules(trx, profile.id), 'beginDate')
        const added = await addRule(trx, row)
        return { id: added.id, after: ruleBody({ ...added, conditions: [] }, currency) }
      },
    })
    return { status: 201, body: after }
  },
})
