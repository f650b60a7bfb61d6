import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { forgetAttempts } from '#db/identity/login-attempts.ts'
import { consumeCode, removeCodes, takeTry } from '#db/identity/one-time-codes.ts'
import { hashSecret, matchesHash } from '#db/identity/password-hash.ts'
import { findPersonByLogin, holdPerson } from '#db/identity/people.ts'
import { removeTokensOf } from '#db/identity/tokens.ts'
import { acceptGuess, demandUnlocked, refuseGuess } from '../authorization/lock.ts'
import { loginField } from '../authorization/login-field.ts'
import { projectOfPerson } from '../authorization/project-of-person.ts'
import { endpoint } from '../../http/endpoint.ts'
import { newPasswordField } from '../registration/new-password-field.ts'
import { wrongOtp } from '../registration/wrong-otp.ts'
import { doneAnswer, doneBody } from './done.ts'
import { replacePassword } from './replace-password.ts'

export const confirmRecovery = endpoint({
  method: 'post',
  path: '/password/recovery/confirm',
  family: 'Authorization',
  summary: 'Choose a new password with the code',
  description:
    'The person is signed out everywhere, and a lock after wrong passwords is opened. A second step stays as it is. More than 3 wrong codes close the recovery of this login for 1800 seconds.',
  access: 'public',
  guarded: true,
  body: z.strictObject({
    login: loginField,
    otp: z.string().regex(/^[0-9]{6}$/, 'must be the 6 digits of the code'),
    newUserPassword: newPasswordField,
  }),
  answers: { 200: { description: 'The new password holds', body: doneAnswer } },
  async handle({ body: { login, otp, newUserPassword } }, deps) {
    const guess = { login: login.text, way: 'recovery' } as const
    await demandUnlocked(deps, guess)
    const waiting = await takeTry(deps.db, { login: login.text, purpose: 'recovery' }, deps.now())
    const matches = await matchesHash(otp, waiting?.code_hash)
    const found = await findPersonByLogin(deps.db, login.text)
    if (!waiting || !matches || typeof found?.password_hash !== 'string')
      throw await refuseGuess(deps, guess, wrongOtp())
    await acceptGuess(deps, guess)
    const passwordHash = await hashSecret(newUserPassword)
    const projectId = await projectOfPerson(deps.db, found)
    await inProject(deps.db, projectId, async (trx) => {
      if (!(await consumeCode(trx, waiting))) throw wrongOtp()
      await removeCodes(trx, login.text, ['sign_in'])
      const person = await holdPerson(trx, found.id)
      await removeTokensOf(trx, person.id)
      await forgetAttempts(trx, login.text)
      await replacePassword(trx, deps, {
        person,
        projectId,
        login,
        passwordHash,
        action: 'user.recover_password',
      })
    })
    return { status: 200, body: doneBody('The new password holds; you were signed out everywhere.') }
  },
})
