import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { hashSecret } from '#db/identity/password-hash.ts'
import { removeOtherTokens } from '#db/identity/tokens.ts'
import { PASSWORD_MAX } from '#domain/identity/password.ts'
import { endpoint } from '../../http/endpoint.ts'
import { conflict } from '../../http/problem.ts'
import { newPasswordField } from '../registration/new-password-field.ts'
import { checkOwnPassword } from '../security/check-own-password.ts'
import { holdSelf } from '../security/hold-self.ts'
import { loginOf } from '../security/login-of.ts'
import { doneAnswer, doneBody } from './done.ts'
import { replacePassword } from './replace-password.ts'

export const changePassword = endpoint({
  method: 'patch',
  path: '/profiles/my/password',
  family: 'Security',
  summary: 'Change one’s own password',
  description:
    'All other tokens of the person stop working, in all projects. Wrong old passwords are counted as those of signing in are.',
  access: 'signed_in',
  guarded: true,
  body: z
    .strictObject({
      oldPassword: z.string().min(1).max(PASSWORD_MAX),
      newPassword: newPasswordField,
    })
    .refine(({ oldPassword, newPassword }) => oldPassword !== newPassword, {
      path: ['newPassword'],
      error: 'must be another than the old one',
    }),
  answers: { 200: { description: 'The new password holds', body: doneAnswer } },
  async handle({ body: { oldPassword, newPassword }, caller }, deps) {
    const given = { password: oldPassword, parameter: 'oldPassword' }
    const oldHash = await checkOwnPassword(deps, caller, given)
    const passwordHash = await hashSecret(newPassword)
    const { projectId, tokenHash } = caller
    await inProject(deps.db, projectId, async (trx) => {
      const person = await holdSelf(trx, caller)
      if (person.password_hash !== oldHash)
        throw conflict('password_changed', 'oldPassword', 'was replaced at this very moment')
      await removeOtherTokens(trx, person.id, tokenHash)
      const login = loginOf(caller)
      await replacePassword(trx, deps, {
        person,
        projectId,
        login,
        passwordHash,
        action: 'user.change_password',
      })
    })
    return { status: 200, body: doneBody('The new password holds; you were signed out everywhere else.') }
  },
})
