import { matchesHash } from '#db/identity/password-hash.ts'
import { findPersonByLogin, type PersonRow } from '#db/identity/people.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { Problem } from '../../http/problem.ts'
import { demandUnlocked, refuseGuess } from './lock.ts'

type Credentials = { readonly login: string; readonly password: string }

/**
 * The person who knows the password. Nothing here depends on whether the login exists: the same work, the same counting,
 * the same answers. A right password that comes while the login is locked learns only of the lock. Wrong ones before it are
 * not forgiven here but when the sign-in is complete, or knowing the password would give guesses at the second step for free.
 */
export async function checkPassword(
  { login, password }: Credentials,
  deps: Pick<ApiDeps, 'db' | 'now'>,
): Promise<PersonRow> {
  await demandUnlocked(deps, { login })
  const person = await findPersonByLogin(deps.db, login)
  const matches = await matchesHash(password, person?.password_hash)
  if (!person || !matches) {
    throw await refuseGuess(
      deps,
      { login },
      new Problem(401, 'wrong_credentials', { detail: 'The login or the password is wrong.' }),
    )
  }
  await demandUnlocked(deps, { login })
  return person
}
