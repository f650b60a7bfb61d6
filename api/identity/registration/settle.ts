import type { Knex } from 'knex'
import { appendAudit, type AuditEntry } from '#db/audit.ts'
import { findMember, verifyContact, type MemberRecord } from '#db/identity/members.ts'
import { consumeCode, type CodeRow } from '#db/identity/one-time-codes.ts'
import { lockPerson, setPassword } from '#db/identity/people.ts'
import type { Login } from '#domain/identity/login.ts'
import { authorizationBody, secondStepBody } from '../authorization/authorization.ts'
import { issueToken } from '../authorization/issue-token.ts'
import { waitForStep } from '../authorization/second-step.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { addClient } from '../users/add-client.ts'
import type { Code } from './code.ts'
import { wrongOtp } from './wrong-otp.ts'

type Proved = {
  readonly waiting: CodeRow
  readonly login: Login
  readonly passwordHash: string
  /** For somebody whose second step is an app: another code proves nothing instead of it. */
  readonly appStep: Code | undefined
}

/** Locks in the order of all who touch these rows: the code, the person, the member, the audit head. */
export async function settleRegistration(
  trx: Knex,
  deps: ApiDeps,
  { waiting, login, passwordHash, appStep }: Proved,
) {
  const audit: AuditEntry[] = []
  const projectId = waiting.project_id
  if (!(await consumeCode(trx, waiting))) throw wrongOtp()
  const person = await lockPerson(trx, { id: deps.newId('usr'), login: login.text })
  if (person.password_hash === null) {
    await setPassword(trx, person.id, passwordHash)
    audit.push(change('user.set_password', person.id))
  } else if (person.password_hash !== passwordHash) {
    throw wrongOtp()
  }
  if (!(await findMember(trx, person.id))) {
    if (!waiting.payload) throw wrongOtp()
    audit.push(
      await addClient(trx, deps, {
        ...waiting.payload,
        projectId,
        personId: person.id,
        login,
        verified: true,
        actor: person.id,
      }),
    )
  }
  await verifyContact(trx, person.id, login.channel)
  const member = await demandMember(trx, person.id)
  audit.push(change('user.confirm', person.id))
  if (appStep) {
    await appendAudit(trx, projectId, audit)
    await waitForStep(trx, deps, { login, projectId, personId: person.id, step: 'totp', code: appStep })
    return secondStepBody('totp')
  }
  const { token, audit: tokenCreated } = await issueToken(trx, deps, { member, proof: 'registration' })
  await appendAudit(trx, projectId, [...audit, tokenCreated])
  return authorizationBody(member, token)
}

async function demandMember(trx: Knex, personId: string): Promise<MemberRecord> {
  const member = await findMember(trx, personId)
  if (!member) throw new Error('the member that was just added is not there')
  return member
}

function change(action: string, personId: string): AuditEntry {
  return { actor: personId, source: 'api', action, subjectType: 'user', subjectId: personId }
}
