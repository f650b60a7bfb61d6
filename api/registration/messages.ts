import type { Knex } from 'knex'
import { addMessage } from '#db/messages.ts'
import type { Login } from '#domain/login.ts'

export type Recipient = { readonly projectId: string; readonly login: Login }

/** The code stands in clear here because the outbox is the only way to get it; demandDelivery has made sure of the sandbox. */
export async function writeCode(
  trx: Knex,
  to: Recipient,
  message: { readonly subject: string; readonly code: string },
): Promise<void> {
  await write(trx, to, {
    subject: message.subject,
    text: `Your code is ${message.code}. It is valid for 10 minutes. If you did not ask for it, ignore this message.`,
    code: message.code,
  })
}

export async function writeAccountExists(trx: Knex, to: Recipient): Promise<void> {
  await write(trx, to, {
    subject: 'You have an account already',
    text: 'Somebody, perhaps you, asked to register with this login. It has an account already: sign in with its password.',
    code: null,
  })
}

export async function writeJoined(trx: Knex, to: Recipient): Promise<void> {
  await write(trx, to, {
    subject: 'You were added to a project',
    text: 'You were added to one more project. Sign in with your password and the key of the project in X-Project.',
    code: null,
  })
}

async function write(
  trx: Knex,
  { projectId, login }: Recipient,
  message: { subject: string; text: string; code: string | null },
): Promise<void> {
  await addMessage(trx, {
    project_id: projectId,
    recipient: login.text,
    channel: login.channel,
    ...message,
  })
}
