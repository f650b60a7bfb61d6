import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { setTwoStep, type PersonRow } from '#db/identity/people.ts'
import type { TwoStep } from '#domain/identity/two-step.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller } from '../../http/endpoint.ts'
import { writeChanged } from '../registration/messages.ts'
import { loginOf } from './login-of.ts'

const NOTICE: Readonly<Record<TwoStep, string>> = {
  none: 'The second step of your sign-in was switched off.',
  otp: 'From now on a code is sent to you at each sign-in.',
  totp: 'From now on your authenticator app is asked for at each sign-in.',
}

type Change = { readonly caller: Caller; readonly person: PersonRow; readonly twoStep: TwoStep }

/** The caller has called `holdSelf`. This appends to the audit, so it comes last. */
export async function changeTwoStep(trx: Knex, deps: ApiDeps, { caller, person, twoStep }: Change) {
  await setTwoStep(trx, person.id, twoStep)
  await writeChanged(trx, deps, {
    projectId: caller.projectId,
    login: loginOf(caller),
    what: NOTICE[twoStep],
  })
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'user.set_two_step',
      subjectType: 'user',
      subjectId: person.id,
      before: { twoStep: person.two_step },
      after: { twoStep },
    },
  ])
}
