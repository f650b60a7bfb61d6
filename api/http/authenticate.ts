import { hashToken } from '#db/identity/tokens.ts'
import { permissionsOf, rolesWith } from '#domain/identity/role.ts'
import type { ApiDeps } from './deps.ts'
import type { Access, Caller } from './endpoint.ts'
import { forbidden, Problem } from './problem.ts'

const HEADER = /^(?:TOKEN|Bearer) ([A-Za-z0-9_-]{20,200})$/i

/** `Authorization: TOKEN <t>` is the money API's way; `Bearer` is taken as well. */
export async function authenticate(authorization: string | undefined, deps: ApiDeps): Promise<Caller> {
  const token = HEADER.exec(authorization ?? '')?.[1]
  const tokenHash = token === undefined ? undefined : hashToken(token)
  const owner = tokenHash && (await deps.batched.tokenOwner(tokenHash))
  if (!owner || !tokenHash) {
    throw new Problem(401, 'unauthorized', {
      detail:
        'The Authorization header must be "TOKEN <token>" with a token from POST /authorization that has not expired.',
      errors: [{ parameter: 'Authorization', message: 'is missing, unknown or expired' }],
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  }
  return { ...owner, tokenHash }
}

/** Roles are read with each call, so that taking one away works at once. */
export function authorize(caller: Caller, access: Access): void {
  if (access === 'signed_in' || access === 'public') return
  const enough = typeof access === 'string' ? [access] : access
  if (enough.some((permission) => permissionsOf(caller.role).includes(permission))) return
  const roles = new Set(enough.flatMap(rolesWith))
  throw forbidden(
    `This needs the permission ${enough.join(' or ')}, which the role ${caller.role} does not hold. Roles that do: ${[...roles].join(', ')}.`,
  )
}
