import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import { appendAudit, type AuditEntry } from '#db/audit.ts'
import { findMember } from '#db/identity/members.ts'
import type { Outbox } from '#db/identity/messages.ts'
import { replaceCode, type Registration } from '#db/identity/one-time-codes.ts'
import { findPersonByLogin } from '#db/identity/people.ts'
import type { Login } from '#domain/identity/login.ts'
import { Problem } from '../../http/problem.ts'
import type { Code } from './code.ts'
import { writeAccountExists, writeCode, type Recipient } from './messages.ts'

type Wanted = { readonly code: Code; readonly registration: Registration | null }

/**
 * Replaces the login's code and sends what fits: the code, or, to somebody who has an account, that they have one. The
 * caller's answer is the same in all cases, and so are the limits, or strangers could ask who is registered.
 */
export async function sendCode(
  trx: Knex,
  outbox: Outbox,
  { projectId, login, code, registration }: Recipient & Wanted,
): Promise<void> {
  const to = { projectId, login }
  const replaced = await replaceCode(
    trx,
    { login: login.text, purpose: 'registration', projectId, codeHash: code.hash, registration },
    outbox.now(),
  )
  if (!replaced) throw tooManyCodes()
  const person = await findPersonByLogin(trx, login.text)
  const member = person && (await findMember(trx, person.id))
  if (member && person.password_hash !== null) await writeAccountExists(trx, outbox, to)
  else if (member) await writeCode(trx, outbox, { ...to, subject: 'Your invitation', code: code.clear })
  else if (replaced.payload)
    await writeCode(trx, outbox, { ...to, subject: 'Confirm your registration', code: code.clear })
  await appendAudit(trx, projectId, [codeSent(login)])
}

/** The trail is kept for good, so it names the login to those only who know it. */
export function codeSent({ text }: Login): AuditEntry {
  const subjectId = createHash('sha256').update(text).digest('hex')
  return { actor: null, source: 'api', action: 'code.send', subjectType: 'login', subjectId }
}

export function tooManyCodes(): Problem {
  return new Problem(429, 'too_many_codes', {
    detail: 'No more than 3 codes an hour are sent to one login.',
    errors: [{ parameter: 'login', message: 'has been sent 3 codes within an hour' }],
    headers: { 'Retry-After': '3600' },
  })
}
