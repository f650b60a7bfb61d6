import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { isClientRole, ROLES } from '#domain/identity/role.ts'
import { loginField } from '../authorization/login-field.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { Problem } from '../../http/problem.ts'
import { newCode } from '../registration/code.ts'
import { demandDelivery } from '../registration/demand-delivery.ts'
import { checkLegalType, legalTypeField } from '../registration/legal-type.ts'
import { mayGrant } from '../roles/may-grant.ts'
import { invite, type Invitation } from './invite.ts'
import { userAnswer, userBody, type userSchema } from './user.ts'

export const createUser = endpoint({
  method: 'post',
  path: '/users',
  family: 'Users',
  summary: 'Add a user and invite them',
  description:
    'A one-time code is sent to the login; with it the person chooses a password in POST /registration/confirm. Staff belongs to a system organization; a client’s organization is made here. Nobody gives a role with permissions that they do not hold.',
  access: 'USER_MANAGER',
  body: z
    .strictObject({
      login: loginField,
      role: z.enum(ROLES),
      organizationId: text(64).optional().meta({ description: 'Staff: a system organization' }),
      legalType: legalTypeField.optional().meta({ description: 'Merchants only need it' }),
      name: text().optional(),
    })
    .superRefine(checkLegalType)
    .superRefine(({ role, organizationId }, context) => {
      const isClient = isClientRole(role)
      if (isClient === (organizationId === undefined)) return
      const message = isClient
        ? `must be absent: the organization of the role ${role} is made here`
        : `is required for the role ${role}: the id of a system organization`
      context.addIssue({ code: 'custom', path: ['organizationId'], message })
    }),
  alsoRefuses: [404],
  answers: { 201: { description: 'Added and invited', body: userAnswer } },
  async handle({ body, caller }, deps) {
    return { status: 201, body: { status: 'ok', user: await addUser(deps, caller, body) } }
  },
})

/** The same for staff and clients. */
export async function addUser(
  deps: ApiDeps,
  caller: Caller,
  wish: Omit<Invitation, 'caller' | 'code'>,
): Promise<z.infer<typeof userSchema>> {
  if (!mayGrant(caller.role, wish.role)) throw notGrantable(caller.role, wish.role)
  demandDelivery(deps, wish.login)
  const code = await newCode(deps)
  const user = await inProject(deps.db, caller.projectId, (trx) =>
    invite(trx, deps, { ...wish, caller, code }),
  )
  return userBody(user)
}

function notGrantable(granter: string, role: string): Problem {
  return new Problem(403, 'role_not_grantable', {
    detail: `The role ${granter} must not give the role ${role}: it does not hold all of its permissions.`,
    errors: [{ parameter: 'role', message: `cannot be given by the role ${granter}` }],
  })
}
