import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { countWrongPassword, findLock, forgiveWrongPasswords } from '#db/identity/login-attempts.ts'
import { findPersonByLogin } from '#db/identity/people.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { Problem } from '../../http/problem.ts'
import { projectOfPerson } from './project-of-person.ts'

/** Something that had to be known: a password, or a code. Guesses at one login are counted together, recovery apart. */
export type Guess = { readonly login: string; readonly way?: 'sign_in' | 'recovery' }

type Deps = Pick<ApiDeps, 'db' | 'now'>

/** @throws Problem while the login is locked, whether anybody has it or not */
export async function demandUnlocked({ db, now }: Deps, guess: Guess): Promise<void> {
  const at = now()
  const lock = await findLock(db, { ...guess, now: at })
  if (lock) throw locked(lock, at)
}

/** Counts a wrong guess. @returns what to throw: the lock where this was one too many, else the problem given */
export async function refuseGuess({ db, now }: Deps, guess: Guess, problem: Problem): Promise<Problem> {
  const at = now()
  const lockedUntil = await countWrongPassword(db, { ...guess, now: at })
  await auditGuess({ db }, guess, lockedUntil)
  return lockedUntil ? locked(lockedUntil, at) : problem
}

/** Forgets the wrong guesses before a right one. @throws Problem where others have locked the login meanwhile */
export async function acceptGuess({ db, now }: Deps, guess: Guess): Promise<void> {
  const at = now()
  const lock = await forgiveWrongPasswords(db, { ...guess, now: at })
  if (lock) throw locked(lock, at)
}

/** In the trail of the person's own project. For a login that nobody has the same is done, and nothing written. */
async function auditGuess(
  { db }: Pick<ApiDeps, 'db'>,
  { login, way = 'sign_in' }: Guess,
  lockedUntil: Date | undefined,
): Promise<void> {
  const person = await findPersonByLogin(db, login)
  const projectId = await projectOfPerson(db, person)
  const entry = {
    actor: null,
    source: 'api' as const,
    action: lockedUntil ? `user.lock_${way}` : `user.fail_${way}`,
    subjectType: 'user',
    subjectId: person?.id ?? '',
    after: lockedUntil ? { lockedUntil: lockedUntil.toISOString() } : null,
  }
  await inProject(db, projectId, (trx) => appendAudit(trx, projectId, person ? [entry] : []))
}

function locked(until: Date, now: Date): Problem {
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))
  return new Problem(429, 'login_locked', {
    detail: `Too many wrong passwords: this login is locked for another ${seconds} seconds.`,
    errors: [{ parameter: 'login', message: 'is locked after too many wrong passwords' }],
    headers: { 'Retry-After': String(seconds) },
  })
}
