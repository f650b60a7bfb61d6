import type { Knex } from 'knex'
import { appendAudit, type AuditEntry } from '#db/audit.ts'
import { findMember, verifyContact, type MemberRecord } from '#db/members.ts'
import { consumeCode, type CodeRow } from '#db/one-time-codes.ts'
import { lockPerson, setPassword } from '#db/people.ts'
import type { Login } from '#domain/login.ts'
import { authorizationBody } from '../authorization/authorization.ts'
import { issueToken } from '../authorization/issue-token.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem } from '../problem.ts'
import { addClient } from '../users/add-client.ts'

type Proved = { readonly waiting: CodeRow; readonly login: Login; readonly passwordHash: string }

/** Locks in the order of all who touch these rows: the code, the person, the member, the audit head. */
export async function settleRegistration(trx: Knex, deps: ApiDeps, { waiting, login, passwordHash }: Proved) {
  const audit: AuditEntry[] = []
  const projectId = waiting.project_id
  if (!(await consumeCode(trx, login.text, waiting.code_hash))) throw wrongOtp()
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
  const { token, audit: tokenCreated } = await issueToken(trx, deps, member)
  await appendAudit(trx, projectId, [...audit, change('user.confirm', person.id), tokenCreated])
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

/** One answer for a code that is wrong, expired, used, replaced, out of tries, or was never sent. */
export function wrongOtp(): Problem {
  return new Problem(400, 'wrong_otp', {
    detail: 'The code is wrong, or no longer valid. Ask for a new one with POST /registration/resend-otp.',
    errors: [{ parameter: 'otp', message: 'is wrong or no longer valid' }],
  })
}
