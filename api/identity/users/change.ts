import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { FREEZE_REASONS } from '#db/identity/freezes.ts'
import { authorize } from '../../http/authenticate.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { freezeUser } from './freeze-user.ts'
import { switchUser } from './switch-user.ts'
import { userAnswer, userBody } from './user.ts'

const PARAMS = ['ACTIVE', 'FROZEN'] as const

const bodySchema = z
  .strictObject({
    active: z.boolean().optional(),
    paramType: z.enum(PARAMS).optional(),
    paramValue: z.boolean().optional(),
    reason: z.enum(FREEZE_REASONS).optional().meta({ description: 'OTHER where a freeze names none' }),
    description: text(1000).optional(),
  })
  .superRefine((body, context) => {
    const broken = brokenForm(body)
    if (broken) context.addIssue({ code: 'custom', path: [broken.parameter], message: broken.message })
  })

export const changeUser = endpoint({
  method: 'patch',
  path: '/users/:id',
  family: 'Users',
  summary: 'Switch a user on or off, or freeze a client',
  description: `Give either active, or paramType with paramValue.

ACTIVE (USER_MANAGER): who is switched off is signed out of the project at once. Nobody does this to themselves, or to a role with permissions that they do not hold.

FROZEN (FREEZE_MANAGER): a frozen client signs in and reads, but nothing is moved from or to any of their coins. It is lifted by another person than who froze; one for AML by compliance only, with a description. Staff are not frozen.`,
  access: ['USER_MANAGER', 'FREEZE_MANAGER'],
  params: z.strictObject({ id: z.string() }),
  body: bodySchema,
  answers: { 200: { description: 'The user as they are now', body: userAnswer } },
  async handle({ params, body, caller }, { db }) {
    const isFreeze = body.paramType === 'FROZEN'
    authorize(caller, isFreeze ? 'FREEZE_MANAGER' : 'USER_MANAGER')
    const personId = params.id
    const wanted = body.active ?? body.paramValue ?? false
    const { reason = null, description = null } = body
    const user = await inProject(db, caller.projectId, (trx) =>
      isFreeze
        ? freezeUser(trx, caller, { personId, frozen: wanted, reason, description })
        : switchUser(trx, caller, { personId, active: wanted, because: { reason, description } }),
    )
    return { status: 200, body: { status: 'ok', user: userBody(user) } }
  },
})

type Form = {
  active?: boolean | undefined
  paramType?: (typeof PARAMS)[number] | undefined
  paramValue?: boolean | undefined
}

/** There are an old and a new way to say it; a body uses one of them. */
function brokenForm({ active, paramType, paramValue }: Form) {
  const isNew = paramType !== undefined || paramValue !== undefined
  if (active !== undefined)
    return isNew ? { parameter: 'active', message: 'must be absent where paramType is given' } : undefined
  if (!isNew) return { parameter: 'active', message: 'is required' }
  if (paramType === undefined) return { parameter: 'paramType', message: 'is required with paramValue' }
  return paramValue === undefined
    ? { parameter: 'paramValue', message: 'is required with paramType' }
    : undefined
}
