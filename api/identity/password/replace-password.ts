import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { setPassword, type PersonRow } from '#db/identity/people.ts'
import type { Login } from '#domain/identity/login.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { writeChanged } from '../registration/messages.ts'

type Replacement = {
  /** Held by the caller. */
  readonly person: PersonRow
  readonly projectId: string
  readonly login: Login
  readonly passwordHash: string
  readonly action: 'user.recover_password' | 'user.change_password'
}

/** Its owner is told. It appends to the audit, so it comes last. */
export async function replacePassword(
  trx: Knex,
  deps: ApiDeps,
  { person, projectId, login, passwordHash, action }: Replacement,
): Promise<void> {
  await setPassword(trx, person.id, passwordHash)
  await writeChanged(trx, deps, { projectId, login, what: 'Your password was changed.' })
  await appendAudit(trx, projectId, [
    { actor: person.id, source: 'api', action, subjectType: 'user', subjectId: person.id },
  ])
}
