import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { takeTry } from '#db/one-time-codes.ts'
import { hashSecret, matchesHash } from '#db/password-hash.ts'
import { findPersonByLogin } from '#db/people.ts'
import { authorizationSchema } from '../authorization/authorization.ts'
import { loginField } from '../authorization/login-field.ts'
import { endpoint } from '../endpoint.ts'
import { badParameter } from '../problem.ts'
import { newPasswordField } from './new-password-field.ts'
import { settleRegistration, wrongOtp } from './settle.ts'

export const confirmRegistration = endpoint({
  method: 'post',
  path: '/registration/confirm',
  family: 'Registration',
  summary: 'Prove the login with the one-time code, choose a password, and be signed in',
  description:
    'For those who register and for those who were invited. Somebody who has a password in another project gives that one.',
  access: 'public',
  guarded: true,
  body: z.strictObject({
    login: loginField,
    otp: z.string().regex(/^[0-9]{6}$/, 'must be the 6 digits of the code'),
    password: newPasswordField,
  }),
  answers: { 200: { description: 'Registered and signed in', body: authorizationSchema } },
  async handle({ body: { login, otp, password } }, deps) {
    const waiting = await takeTry(deps.db, login.text, deps.now())
    const matches = await matchesHash(otp, waiting?.code_hash)
    if (!waiting || !matches) throw wrongOtp()
    const person = await findPersonByLogin(deps.db, login.text)
    const passwordHash = await keptOrNew(person?.password_hash, password)
    const body = await inProject(deps.db, waiting.project_id, (trx) =>
      settleRegistration(trx, deps, { waiting, login, passwordHash }),
    )
    return { status: 200, body }
  },
})

/** A code proves the login to one project only, so it must not change a password that opens others. */
async function keptOrNew(kept: string | null | undefined, password: string): Promise<string> {
  if (typeof kept !== 'string') return hashSecret(password)
  if (await matchesHash(password, kept)) return kept
  throw badParameter('password', 'must be the password that this login has already')
}
