import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Login } from '#domain/identity/login.ts'
import type { KeyRing } from '../secrets/envelope.ts'
import type { SecretBox } from '../secrets/secret-box.ts'

export type Channel = Login['channel']

export type MessageRow = {
  id: string
  project_id: string
  wire_id: string
  recipient: string
  channel: Channel
  subject: string
  text: string | null
  code: string | null
  sealed: Buffer | null
  due_at: Date | null
  deliver_by: Date | null
  attempts: number
  sent_at: Date | null
  given_up_at: Date | null
  last_error: string | null
  created_at: Date
}

/** Where messages go: in the sandbox into an outbox that can be read, elsewhere sealed to the worker that sends them. */
export type Outbox = {
  readonly sandbox: boolean
  readonly channels: readonly Channel[]
  readonly secretBox: SecretBox | undefined
  readonly now: () => Date
}

export type NewMessage = {
  readonly projectId: string
  readonly to: Login
  /** Kept in clear: nothing personal and no secret belongs here. */
  readonly subject: string
  readonly text: string
  /** The one-time code in the text, for those who read the sandbox's outbox. */
  readonly code?: string
  /** From then on it is not sent any more; three days where nothing is given. */
  readonly usefulMs?: number
}

const USEFUL_MS = 3 * 24 * 3_600_000
/** Longer than one try can take: it is also what keeps two workers from one message. Then twice as long each time. */
const FIRST_PAUSE_MS = 30_000
const PAUSE_MAX_MS = 3_600_000

export function canDeliver({ sandbox, channels, secretBox }: Outbox, channel: Channel): boolean {
  return sandbox || (secretBox !== undefined && channels.includes(channel))
}

/**
 * Commits a message together with what it tells of; a worker sends it. Where nothing can be delivered it is dropped: what
 * needs an answer must not be begun there (`canDeliver`).
 */
export async function queueMessage(trx: Knex, outbox: Outbox, message: NewMessage): Promise<void> {
  if (!canDeliver(outbox, message.to.channel)) return
  const { projectId, to, subject, text, code = null, usefulMs = USEFUL_MS } = message
  const row = { project_id: projectId, recipient: to.text, channel: to.channel, subject }
  if (outbox.sandbox || !outbox.secretBox) {
    await trx<MessageRow>('messages').insert({ ...row, text, code })
    return
  }
  const now = outbox.now()
  const wireId = randomUUID()
  await trx<MessageRow>('messages').insert({
    ...row,
    wire_id: wireId,
    sealed: outbox.secretBox.seal(text, placeOf(wireId)),
    due_at: now,
    deliver_by: new Date(now.getTime() + usefulMs),
  })
}

/** A message that waits for the worker, opened. @throws Error where it was sealed with another key */
export function openMessage({ sealed, wire_id }: MessageRow, secretBox: SecretBox): string {
  if (!sealed) throw new Error('the message is settled')
  return secretBox.open(sealed, placeOf(wire_id))
}

/** Its text sealed with the current key; undefined where it is already, or the message is settled. */
export function resealMessage(row: MessageRow, keyRing: KeyRing): Buffer | undefined {
  return row.sealed ? keyRing.reseal(row.sealed, placeOf(row.wire_id)) : undefined
}

/**
 * Takes the message that has been due longest, if any. It is due again after a pause, so that whoever dies with it does not
 * lose it; commit before sending.
 */
export async function claimMessage(trx: Knex, now: Date): Promise<MessageRow | undefined> {
  const claimed = await trx.raw<{ rows: MessageRow[] }>(
    `update messages set attempts = attempts + 1,
         due_at = :now::timestamptz + least(:first * power(2, least(attempts, 30)), :max) * interval '1 millisecond'
       where id = (select id from messages where due_at <= :now order by due_at limit 1 for update skip locked)
       returning *`,
    { now, first: FIRST_PAUSE_MS, max: PAUSE_MAX_MS },
  )
  return claimed.rows[0]
}

/** What became of a try. Once it is settled the text is gone. */
export type Outcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'given_up'; readonly error: string }
  | { readonly kind: 'later'; readonly error: string }

export async function recordTry(
  trx: Knex,
  id: string,
  { outcome, now }: { outcome: Outcome; now: Date },
): Promise<void> {
  const settled = { sealed: null, due_at: null }
  const changes =
    outcome.kind === 'later'
      ? { last_error: outcome.error }
      : outcome.kind === 'sent'
        ? { ...settled, sent_at: now, last_error: null }
        : { ...settled, given_up_at: now, last_error: outcome.error }
  await trx<MessageRow>('messages').where({ id }).whereNotNull('sealed').update(changes)
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

function placeOf(wireId: string): string {
  return `message/${wireId}`
}
