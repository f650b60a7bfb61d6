import type { Knex } from 'knex'
import { queueMessage, type Outbox } from '#db/identity/messages.ts'
import { CODE_LIFETIME_MS } from '#db/identity/one-time-codes.ts'
import type { Login } from '#domain/identity/login.ts'

export type Recipient = { readonly projectId: string; readonly login: Login }

export async function writeCode(
  trx: Knex,
  outbox: Outbox,
  { projectId, login, subject, code }: Recipient & { readonly subject: string; readonly code: string },
): Promise<void> {
  await queueMessage(trx, outbox, {
    projectId,
    to: login,
    subject,
    text: `Your code is ${code}. It is valid for 10 minutes. If you did not ask for it, ignore this message.`,
    code,
    usefulMs: CODE_LIFETIME_MS,
  })
}

export async function writeAccountExists(trx: Knex, outbox: Outbox, to: Recipient): Promise<void> {
  await writeNotice(trx, outbox, {
    ...to,
    subject: 'You have an account already',
    text: 'Somebody, perhaps you, asked to register with this login. It has an account already: sign in with its password.',
  })
}

export async function writeJoined(trx: Knex, outbox: Outbox, to: Recipient): Promise<void> {
  await writeNotice(trx, outbox, {
    ...to,
    subject: 'You were added to a project',
    text: 'You were added to one more project. Sign in with your password and the key of the project in X-Project.',
  })
}

/** So that nobody's way of signing in is changed behind their back. */
export async function writeChanged(
  trx: Knex,
  outbox: Outbox,
  { what, ...to }: Recipient & { readonly what: string },
): Promise<void> {
  await writeNotice(trx, outbox, {
    ...to,
    subject: 'How you sign in was changed',
    text: `${what} If this was not you, recover your password at once and tell the support.`,
  })
}

async function writeNotice(
  trx: Knex,
  outbox: Outbox,
  { projectId, login, subject, text }: Recipient & { readonly subject: string; readonly text: string },
): Promise<void> {
  await queueMessage(trx, outbox, { projectId, to: login, subject, text })
}
