import { matchesHash } from '#db/identity/password-hash.ts'
import { demandPerson } from '#db/identity/people.ts'
import { acceptGuess, demandUnlocked, refuseGuess } from '../authorization/lock.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller } from '../../http/endpoint.ts'
import { badParameter } from '../../http/problem.ts'

type Given = { readonly password: string; readonly parameter: string }

/**
 * A token alone must not change how its owner signs in. Wrong passwords are counted as those of signing in are.
 * @returns the hash that the password fits
 */
export async function checkOwnPassword(
  deps: Pick<ApiDeps, 'db' | 'now'>,
  { personId, login }: Caller,
  { password, parameter }: Given,
): Promise<string> {
  await demandUnlocked(deps, { login })
  const { password_hash: hash } = await demandPerson(deps.db, personId)
  if (hash === null || !(await matchesHash(password, hash)))
    throw await refuseGuess(deps, { login }, badParameter(parameter, 'is not your password'))
  await acceptGuess(deps, { login })
  return hash
}
