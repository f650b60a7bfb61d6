import { listRules, removeProfile } from '#db/contracts/contracts-commission.ts'
import { endpoint } from '../../http/endpoint.ts'
import { changePart } from '../contracts/change-part.ts'
import { profileBody, profileParams, readProfile } from './profile.ts'
import { ruleBody } from './rule.ts'

export const removeCommissionProfile = endpoint({
  method: 'delete',
  path: '/contracts/:id/commission-profiles/:pid',
  family: 'Contracts',
  summary: 'Remove a commission profile with its rules',
  description: 'Operations that were asked for keep what they were told.',
  access: 'CONTRACT_MANAGER',
  params: profileParams,
  answers: { 204: { description: 'Gone' } },
  async handle({ params, caller }, { db }) {
    await changePart(db, caller, {
      contractId: params.id,
      part: 'commission_profile',
      async change(trx) {
        const { profile, currency } = await readProfile(trx, params)
        const rules = await listRules(trx, profile.id)
        await removeProfile(trx, profile.id)
        const before = { ...profileBody(profile), rules: rules.map((rule) => ruleBody(rule, currency)) }
        return { id: profile.id, before }
      },
    })
    return { status: 204 }
  },
})
