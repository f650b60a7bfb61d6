import type { Logger } from 'pino'
import { inProject, type Database } from '#db/connection.ts'
import { claimMessage, openMessage, recordTry, type MessageRow, type Outcome } from '#db/identity/messages.ts'
import { listProjectIds } from '#db/identity/project-of.ts'
import type { SecretBox } from '#db/secrets/secret-box.ts'
import { describeError } from '#domain/describe-error.ts'
import type { Carriers } from '#integrations/messages/registry.ts'

/** So many at once, so that a slow recipient does not keep the others waiting. */
const HANDS = 4

export type Sending = {
  readonly db: Database
  readonly carriers: Carriers
  readonly secretBox: SecretBox
  readonly logger: Logger
  readonly now: () => Date
}

/**
 * Sends each message that is due, once in this round. A try is committed before it is made and settled after it, so several
 * senders may run; one that dies in between leaves the message to be sent again, under the same id.
 */
export async function sendMessages(deps: Sending, signal?: AbortSignal): Promise<void> {
  for (const projectId of await listProjectIds(deps.db)) {
    await Promise.all(Array.from({ length: HANDS }, () => sendDue(deps, projectId, signal)))
  }
}

async function sendDue(deps: Sending, projectId: string, signal?: AbortSignal): Promise<void> {
  for (;;) {
    if (signal?.aborted) return
    const message = await inProject(deps.db, projectId, (trx) => claimMessage(trx, deps.now()))
    if (!message) return
    const outcome = await send(deps, message)
    if (outcome.kind !== 'sent')
      deps.logger.warn({ message: message.wire_id, outcome }, 'a message was not delivered')
    await inProject(deps.db, projectId, (trx) => recordTry(trx, message.id, { outcome, now: deps.now() }))
  }
}

async function send({ carriers, secretBox, logger, now }: Sending, message: MessageRow): Promise<Outcome> {
  if (message.deliver_by && message.deliver_by <= now())
    return { kind: 'given_up', error: message.last_error ?? 'too late' }
  const carrier = carriers.get(message.channel)
  if (!carrier) return { kind: 'later', error: 'no carrier' }
  const text = openOrLog(message, secretBox, logger)
  if (text === undefined) return { kind: 'later', error: 'sealed with another key' }
  const { wire_id: id, recipient: to, subject } = message
  const delivery = await carrier.deliver({ id, to, subject, text })
  if (delivery.kind === 'accepted') return { kind: 'sent' }
  return { kind: delivery.kind === 'refused' ? 'given_up' : 'later', error: delivery.error }
}

function openOrLog(message: MessageRow, secretBox: SecretBox, logger: Logger): string | undefined {
  try {
    return openMessage(message, secretBox)
  } catch (error) {
    logger.error({ message: message.wire_id, error: describeError(error) }, 'a message cannot be opened')
    return undefined
  }
}
