import { removeLimit } from '#db/contracts/contracts-limits.ts'
import { endpoint } from '../../http/endpoint.ts'
import { changePart } from '../contracts/change-part.ts'
import { limitBody, limitParams, readLimit } from './limit.ts'

export const removeLimitProfile = endpoint({
  method: 'delete',
  path: '/contracts/:id/limit-profiles/:lid',
  family: 'Contracts',
  summary: 'Remove a limit',
  description: 'Operations that it holds back already go on waiting for anti-fraud.',
  access: 'CONTRACT_MANAGER',
  params: limitParams,
  answers: { 204: { description: 'Gone' } },
  async handle({ params, caller }, { db }) {
    await changePart(db, caller, {
      contractId: params.id,
      part: 'limit_profile',
      async change(trx) {
        const before = await readLimit(trx, params)
        await removeLimit(trx, before.id)
        return { id: before.id, before: limitBody(before) }
      },
    })
    return { status: 204 }
  },
})
