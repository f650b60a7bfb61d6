import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../endpoint.ts'
import { text } from '../fields.ts'
import { switchUser } from './switch-user.ts'
import { userAnswer, userBody } from './user.ts'

const bodySchema = z
  .strictObject({
    active: z.boolean().optional(),
    paramType: z.literal('ACTIVE').optional(),
    paramValue: z.boolean().optional(),
    reason: z.enum(['AML', 'FRAUD', 'OTHER']).optional(),
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
  summary: 'Switch a user on or off',
  description:
    'Give either active, or paramType ACTIVE with paramValue. Who is switched off is signed out of the project at once. Nobody does this to themselves, or to a role with permissions that they do not hold.',
  access: 'USER_MANAGER',
  params: z.strictObject({ id: z.string() }),
  body: bodySchema,
  answers: { 200: { description: 'The user as they are now', body: userAnswer } },
  async handle({ params, body, caller }, { db }) {
    const { reason = null, description = null } = body
    const active = body.active ?? body.paramValue ?? false
    const user = await inProject(db, caller.projectId, (trx) =>
      switchUser(trx, caller, { personId: params.id, active, because: { reason, description } }),
    )
    return { status: 200, body: { status: 'ok', user: userBody(user) } }
  },
})

type Form = {
  active?: boolean | undefined
  paramType?: 'ACTIVE' | undefined
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
