import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { findMember, type MemberRecord } from '#db/identity/members.ts'
import { replaceCode, type LegalType } from '#db/identity/one-time-codes.ts'
import { findPersonByLogin, lockPerson } from '#db/identity/people.ts'
import type { Login } from '#domain/identity/login.ts'
import { isClientRole, type Role } from '#domain/identity/role.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller } from '../../http/endpoint.ts'
import { conflict } from '../../http/problem.ts'
import type { Code } from '../registration/code.ts'
import { writeCode, writeJoined } from '../registration/messages.ts'
import { tooManyCodes } from '../registration/send-code.ts'
import { addClient } from './add-client.ts'
import { addStaff } from './add-staff.ts'

export type Invitation = {
  readonly caller: Caller
  readonly login: Login
  readonly role: Role
  readonly organizationId?: string | undefined
  readonly legalType?: LegalType | undefined
  readonly name?: string | undefined
  readonly code: Code
}

/** Locks in the order of all who touch these rows: the code, the person, the member, the audit head. */
export async function invite(trx: Knex, deps: ApiDeps, invitation: Invitation): Promise<MemberRecord> {
  const { caller, login, code } = invitation
  const to = { projectId: caller.projectId, login }
  const known = await findPersonByLogin(trx, login.text)
  // Who has a password keeps it: a project must not change how somebody signs in to the others.
  const hasPassword = typeof known?.password_hash === 'string'
  const mayBeSent =
    hasPassword ||
    (await replaceCode(
      trx,
      { ...to, login: login.text, purpose: 'registration', codeHash: code.hash },
      deps.now(),
    ))
  const person = await lockPerson(trx, { id: deps.newId('usr'), login: login.text })
  if (await findMember(trx, person.id))
    throw conflict('user_exists', 'login', 'belongs to a user of this project already')
  if (!mayBeSent) throw tooManyCodes()
  const added = await addMemberFor(trx, deps, { invitation, personId: person.id, verified: hasPassword })
  if (hasPassword) await writeJoined(trx, deps, to)
  else await writeCode(trx, deps, { ...to, subject: 'Your invitation', code: code.clear })
  const member = await findMember(trx, person.id)
  if (!member) throw new Error('the member that was just added is not there')
  await appendAudit(trx, caller.projectId, [added])
  return member
}

type Addition = { readonly invitation: Invitation; readonly personId: string; readonly verified: boolean }

function addMemberFor(trx: Knex, deps: ApiDeps, { invitation, personId, verified }: Addition) {
  const { caller, login, role, organizationId = '', legalType = null, name = null } = invitation
  const member = {
    projectId: caller.projectId,
    actor: caller.personId,
    personId,
    login,
    name,
    verified,
  }
  return isClientRole(role)
    ? addClient(trx, deps, { ...member, role, legalType, referralLink: null })
    : addStaff(trx, deps, { ...member, role, organizationId })
}
