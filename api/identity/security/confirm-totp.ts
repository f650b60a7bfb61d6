import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { addRecoveryCodes, confirmTotp, findTotp } from '#db/identity/totp.ts'
import { acceptGuess, demandUnlocked, refuseGuess } from '../authorization/lock.ts'
import { endpoint } from '../../http/endpoint.ts'
import { conflict } from '../../http/problem.ts'
import { wrongOtp } from '../registration/wrong-otp.ts'
import { changeTwoStep } from './change-two-step.ts'
import { holdSelf } from './hold-self.ts'
import { openSecret } from './take-app-code.ts'
import { newRecoveryCodes, stepOfCode } from './totp.ts'

export const confirmTotpSecret = endpoint({
  method: 'post',
  path: '/profiles/my/totp/confirm',
  family: 'Security',
  summary: 'Show that the app has the secret; it is asked for at each sign-in from then on',
  description:
    'The recovery codes are shown this once. Each of them is taken once, in the place of a code of the app.',
  access: 'signed_in',
  guarded: true,
  body: z.strictObject({ otp: z.string().regex(/^[0-9]{6}$/, 'must be the 6 digits that the app shows') }),
  answers: {
    200: {
      description: 'In force',
      body: z.strictObject({ status: z.literal('ok'), recoveryCodes: z.array(z.string()) }),
    },
  },
  async handle({ body: { otp }, caller }, deps) {
    const guess = { login: caller.login }
    await demandUnlocked(deps, guess)
    const totp = await findTotp(deps.db, caller.personId)
    if (!totp || totp.confirmed_at)
      throw conflict('totp_not_enrolled', 'otp', 'has nothing to confirm: POST /profiles/my/totp comes first')
    const now = deps.now()
    const step = stepOfCode(openSecret(deps, totp), otp, now)
    if (step === undefined) throw await refuseGuess(deps, guess, wrongOtp())
    await acceptGuess(deps, guess)
    const recoveryCodes = newRecoveryCodes(deps.randomBytes)
    await inProject(deps.db, caller.projectId, async (trx) => {
      const person = await holdSelf(trx, caller)
      if (!(await confirmTotp(trx, totp, { step, now }))) throw wrongOtp()
      await addRecoveryCodes(trx, person.id, recoveryCodes)
      await changeTwoStep(trx, deps, { caller, person, twoStep: 'totp' })
    })
    return { status: 200, body: { status: 'ok', recoveryCodes } }
  },
})
