import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { takeTry } from '#db/identity/one-time-codes.ts'
import { hashSecret, matchesHash } from '#db/identity/password-hash.ts'
import { findPersonByLogin, type PersonRow } from '#db/identity/people.ts'
import { signInSchema } from '../authorization/authorization.ts'
import { demandUnlocked, refuseGuess } from '../authorization/lock.ts'
import { loginField } from '../authorization/login-field.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint } from '../../http/endpoint.ts'
import { badParameter } from '../../http/problem.ts'
import { newCode } from './code.ts'
import { newPasswordField } from './new-password-field.ts'
import { settleRegistration } from './settle.ts'
import { wrongOtp } from './wrong-otp.ts'

export const confirmRegistration = endpoint({
  method: 'post',
  path: '/registration/confirm',
  family: 'Registration',
  summary: 'Prove the login with the one-time code, choose a password, and be signed in',
  description:
    'For those who register and for those who were invited. Somebody who has a password in another project gives that one, and signs in with their authenticator app where they have one.',
  access: 'public',
  guarded: true,
  body: z.strictObject({
    login: loginField,
    otp: z.string().regex(/^[0-9]{6}$/, 'must be the 6 digits of the code'),
    password: newPasswordField,
  }),
  alsoRefuses: [403],
  answers: { 200: { description: 'Registered and signed in', body: signInSchema } },
  async handle({ body: { login, otp, password } }, deps) {
    const waiting = await takeTry(deps.db, { login: login.text, purpose: 'registration' }, deps.now())
    const matches = await matchesHash(otp, waiting?.code_hash)
    if (!waiting || !matches) throw wrongOtp()
    const person = await findPersonByLogin(deps.db, login.text)
    const passwordHash = await keptOrNew(deps, person, { login: login.text, password })
    const appStep = person?.two_step === 'totp' ? await newCode(deps) : undefined
    const body = await inProject(deps.db, waiting.project_id, (trx) =>
      settleRegistration(trx, deps, { waiting, login, passwordHash, appStep }),
    )
    return { status: 200, body }
  },
})

/** A code proves the login to one project only, so it must not change a password that opens others, nor be used to guess it. */
async function keptOrNew(
  deps: ApiDeps,
  person: PersonRow | undefined,
  { login, password }: { login: string; password: string },
): Promise<string> {
  if (typeof person?.password_hash !== 'string') return hashSecret(password)
  await demandUnlocked(deps, { login })
  if (await matchesHash(password, person.password_hash)) return person.password_hash
  const wrong = badParameter('password', 'must be the password that this login has already')
  throw await refuseGuess(deps, { login }, wrong)
}
