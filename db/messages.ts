import type { Knex } from 'knex'

export type MessageRow = {
  id: string
  project_id: string
  recipient: string
  channel: 'email' | 'sms'
  subject: string
  text: string
  code: string | null
  created_at: Date
}

export async function addMessage(trx: Knex, message: Omit<MessageRow, 'id' | 'created_at'>): Promise<void> {
  await trx<MessageRow>('messages').insert(message)
}

/** The newest first. */
export async function listMessages(
  trx: Knex,
  asked: { recipient: string | undefined; limit: number },
): Promise<MessageRow[]> {
  const query = trx<MessageRow>('messages').select().orderBy('id', 'desc').limit(asked.limit)
  if (asked.recipient !== undefined) void query.where({ recipient: asked.recipient })
  return query
}
