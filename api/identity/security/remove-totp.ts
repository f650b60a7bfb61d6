import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findTotp, removeTotp } from '#db/identity/totp.ts'
import { acceptGuess, demandUnlocked, refuseGuess } from '../authorization/lock.ts'
import { endpoint } from '../../http/endpoint.ts'
import { conflict } from '../../http/problem.ts'
import { wrongOtp } from '../registration/wrong-otp.ts'
import { changeTwoStep } from './change-two-step.ts'
import { holdSelf } from './hold-self.ts'
import { settingsAnswer, settingsBody } from './settings.ts'
import { takeAppCode } from './take-app-code.ts'
import { appCodeField } from './totp.ts'

export const removeTotpSecret = endpoint({
  method: 'post',
  path: '/profiles/my/totp/remove',
  family: 'Security',
  summary: 'Remove the authenticator app with one of its codes, or a recovery code',
  description: 'Its recovery codes go with it. Wrong codes are counted with wrong passwords.',
  access: 'signed_in',
  guarded: true,
  body: z.strictObject({ otp: appCodeField }),
  answers: { 200: { description: 'One’s own settings as they are now', body: settingsAnswer } },
  async handle({ body: { otp }, caller }, deps) {
    const guess = { login: caller.login }
    await demandUnlocked(deps, guess)
    const totp = await findTotp(deps.db, caller.personId)
    if (!totp?.confirmed_at) throw conflict('totp_not_enrolled', 'otp', 'is of no app: none is in force')
    if (!(await takeAppCode(deps, caller.personId, otp))) throw await refuseGuess(deps, guess, wrongOtp())
    await acceptGuess(deps, guess)
    const body = await inProject(deps.db, caller.projectId, async (trx) => {
      const person = await holdSelf(trx, caller)
      await removeTotp(trx, person.id)
      await changeTwoStep(trx, deps, { caller, person, twoStep: 'none' })
      return settingsBody(trx, caller, { ...person, two_step: 'none' })
    })
    return { status: 200, body }
  },
})
