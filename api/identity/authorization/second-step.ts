import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { holdMember } from '#db/identity/members.ts'
import { removeCodes, replaceCode } from '#db/identity/one-time-codes.ts'
import type { PersonRow } from '#db/identity/people.ts'
import { readSignInPolicy } from '#db/identity/sign-in-policy.ts'
import type { Login } from '#domain/identity/login.ts'
import { demandedStep, secondStep, type TwoStep } from '#domain/identity/two-step.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { newCode, type Code } from '../registration/code.ts'
import { demandDelivery } from '../registration/demand-delivery.ts'
import { writeCode } from '../registration/messages.ts'
import { tooManyCodes } from '../registration/send-code.ts'
import { userInactive } from './issue-token.ts'
import { notTheirProject } from './sign-in.ts'

/** What has to follow the password of this member. @throws Problem where they are no active member */
export async function readSecondStep(
  db: ApiDeps['db'],
  person: PersonRow,
  projectId: string,
): Promise<TwoStep> {
  return inProject(db, projectId, async (trx) => {
    const member = await holdMember(trx, person.id)
    if (!member) throw notTheirProject()
    if (!member.active) throw userInactive()
    return secondStep(person.two_step, demandedStep(await readSignInPolicy(trx, projectId), member.role))
  })
}

export type Waiting = {
  readonly login: Login
  readonly projectId: string
  readonly personId: string
  readonly step: 'otp' | 'totp'
}

/** Remembers that the password was right, and sends the code where there is one to send. */
export async function beginSecondStep(deps: ApiDeps, waiting: Waiting): Promise<void> {
  if (waiting.step === 'otp') demandDelivery(deps, waiting.login)
  const code = await newCode(deps)
  await inProject(deps.db, waiting.projectId, (trx) => waitForStep(trx, deps, { ...waiting, code }))
}

/** The same in a transaction of the caller's. @throws Problem where the login has had its codes of this hour */
export async function waitForStep(
  trx: Knex,
  deps: ApiDeps,
  { login, projectId, personId, step, code }: Waiting & { readonly code: Code },
): Promise<void> {
  // Only codes that are sent are limited; guesses at an app's are limited by the lock.
  if (step === 'totp') await removeCodes(trx, login.text, ['sign_in'])
  const replaced = await replaceCode(
    trx,
    { login: login.text, purpose: 'sign_in', projectId, codeHash: code.hash, step },
    deps.now(),
  )
  if (!replaced) throw tooManyCodes()
  if (step === 'otp')
    await writeCode(trx, deps, { projectId, login, subject: 'Your sign-in code', code: code.clear })
  await appendAudit(trx, projectId, [
    {
      actor: personId,
      source: 'api',
      action: 'user.begin_second_step',
      subjectType: 'user',
      subjectId: personId,
      after: { step },
    },
  ])
}
