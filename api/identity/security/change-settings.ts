import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import type { PersonRow } from '#db/identity/people.ts'
import { TWO_STEPS, type TwoStep } from '#domain/identity/two-step.ts'
import { endpoint } from '../../http/endpoint.ts'
import { conflict, type Problem } from '../../http/problem.ts'
import { demandDelivery } from '../registration/demand-delivery.ts'
import { changeTwoStep } from './change-two-step.ts'
import { holdSelf } from './hold-self.ts'
import { loginOf } from './login-of.ts'
import { settingsAnswer, settingsBody } from './settings.ts'

export const changeSecuritySettings = endpoint({
  method: 'patch',
  path: '/profiles/my/security-settings',
  family: 'Security',
  summary: 'Choose the second step of one’s own sign-in',
  description:
    'otp is refused where no code could be delivered. totp comes with POST /profiles/my/totp and its confirmation, and goes with POST /profiles/my/totp/remove. The choice holds in all of one’s projects; what a project demands stays demanded.',
  access: 'signed_in',
  body: z.strictObject({ twoStep: z.enum(TWO_STEPS) }),
  alsoRefuses: [404],
  answers: { 200: { description: 'One’s own settings as they are now', body: settingsAnswer } },
  async handle({ body: { twoStep }, caller }, deps) {
    const login = loginOf(caller)
    if (twoStep === 'otp') demandDelivery(deps, login)
    const settings = await inProject(deps.db, caller.projectId, async (trx) => {
      const person = await holdSelf(trx, caller)
      const refused = refusalOf(person, twoStep)
      if (refused) throw refused
      if (person.two_step !== twoStep) await changeTwoStep(trx, deps, { caller, person, twoStep })
      return settingsBody(trx, caller, { ...person, two_step: twoStep })
    })
    return { status: 200, body: settings }
  },
})

/** The app is switched on and off with its own codes: a stolen token must not do it. */
function refusalOf({ two_step }: PersonRow, wanted: TwoStep): Problem | undefined {
  if (two_step === wanted) return undefined
  if (wanted === 'totp')
    return conflict(
      'totp_not_enrolled',
      'twoStep',
      'needs an authenticator app: POST /profiles/my/totp comes first',
    )
  if (two_step === 'totp')
    return conflict(
      'totp_in_force',
      'twoStep',
      'is totp until POST /profiles/my/totp/remove with a code of the app',
    )
  return undefined
}
