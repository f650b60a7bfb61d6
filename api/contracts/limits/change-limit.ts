import { z } from 'zod'
import { changeLimit, type LimitProfile } from '#db/contracts/contracts-limits.ts'
import { endpoint } from '../../http/endpoint.ts'
import { patchBody } from '../../http/patch-body.ts'
import { changePart } from '../contracts/change-part.ts'
import { limitBody, limitParams, limitSchema, readLimit, readLimitValue, valueField } from './limit.ts'

export const patchLimitProfile = endpoint({
  method: 'patch',
  path: '/contracts/:id/limit-profiles/:lid',
  family: 'Contracts',
  summary: 'Change a limit',
  description:
    'What was taken of it stays taken. Operations that were asked for keep the limit of that moment.',
  access: 'CONTRACT_MANAGER',
  params: limitParams,
  body: patchBody({ value: valueField.optional(), active: z.boolean().optional() }),
  answers: { 200: { description: 'As it is now', body: limitSchema } },
  async handle({ params, body, caller }, { db }) {
    const { after } = await changePart(db, caller, {
      contractId: params.id,
      part: 'limit_profile',
      async change(trx) {
        const before = await readLimit(trx, params)
        const value =
          body.value === undefined
            ? before.value
            : readLimitValue(body.value, before.qualifier, currencyOf(before))
        await changeLimit(trx, before.id, { value, active: body.active })
        const changed = await readLimit(trx, params)
        return { id: before.id, before: limitBody(before), after: limitBody(changed) }
      },
    })
    return { status: 200, body: after }
  },
})

function currencyOf({ code, fraction }: LimitProfile) {
  return code === null || fraction === null ? null : { code, fraction }
}
