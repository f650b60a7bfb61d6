import { countWrongPassword, findLock, forgiveWrongPasswords } from '#db/login-attempts.ts'
import { matchesHash } from '#db/password-hash.ts'
import { findPersonByLogin, type PersonRow } from '#db/people.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem } from '../problem.ts'

type Credentials = { readonly login: string; readonly password: string }

/**
 * The person who knows the password. Nothing here depends on whether the login exists: the same work, the same counting,
 * the same answers. A right password that comes while the login is locked learns only of the lock.
 */
export async function checkPassword(
  { login, password }: Credentials,
  { db, now }: Pick<ApiDeps, 'db' | 'now'>,
): Promise<PersonRow> {
  const attempt = { login, now: now() }
  const lock = await findLock(db, attempt)
  if (lock) throw locked(lock, attempt.now)
  const person = await findPersonByLogin(db, login)
  const matches = await matchesHash(password, person?.password_hash)
  const lockedUntil = matches
    ? await forgiveWrongPasswords(db, attempt)
    : await countWrongPassword(db, attempt)
  if (lockedUntil) throw locked(lockedUntil, attempt.now)
  if (!person || !matches)
    throw new Problem(401, 'wrong_credentials', { detail: 'The login or the password is wrong.' })
  return person
}

function locked(until: Date, now: Date): Problem {
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))
  return new Problem(429, 'login_locked', {
    detail: `Too many wrong passwords: this login is locked for another ${seconds} seconds.`,
    errors: [{ parameter: 'login', message: 'is locked after too many wrong passwords' }],
    headers: { 'Retry-After': String(seconds) },
  })
}
