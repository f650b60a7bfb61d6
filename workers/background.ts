import type { Logger } from 'pino'
import { cleanUp } from '#db/upkeep/clean-up.ts'
import type { Database } from '#db/connection.ts'
import type { SecretBox } from '#db/secrets/secret-box.ts'
import { createCarriers } from '#integrations/messages/registry.ts'
import type { Gateway } from '#temporal/gateway.ts'
import type { Reports } from '#temporal/reports.ts'
import type { WorkerConfig } from './config.ts'
import { startRounds } from './rounds.ts'
import { sendMessages } from './send-messages.ts'
import { sweep } from './sweep.ts'

const SWEEP_EVERY_MS = 2_000
const SWEEP_AFTER_MS = 4_000
/** A workflow may take a while to close after the last step; only what stands still for longer is looked at. */
const SWEEP_UNCHANGED_MS = 60_000
const CLEAN_UP_EVERY_MS = 60_000
const SEND_EVERY_MS = 2_000

const now = () => new Date()

type Parts = {
  readonly db: Database
  readonly gateway: Gateway
  readonly reports: Reports
  readonly logger: Logger
  /** Opens messages that wait; undefined where no key was given. */
  readonly secretBox: SecretBox | undefined
}

/** What a worker does now and then besides its queues: all of it is safe in several workers at once. */
export function startBackground(
  { db, gateway, reports, logger, secretBox }: Parts,
  config: WorkerConfig,
): { stop(): Promise<void> } {
  const asked = {
    db,
    gateway,
    reports,
    logger,
    afterMs: config.sweepAfterMs ?? SWEEP_AFTER_MS,
    unchangedMs: config.sweepUnchangedMs ?? SWEEP_UNCHANGED_MS,
  }
  const all = [
    startRounds(() => sweep(asked), {
      name: 'sweep',
      everyMs: config.sweepEveryMs ?? SWEEP_EVERY_MS,
      logger,
    }),
    startRounds(() => cleanUp(db, now()), { name: 'clean-up', everyMs: CLEAN_UP_EVERY_MS, logger }),
    ...startSender({ db, logger, secretBox }, config),
  ]
  return {
    stop: async () => {
      await Promise.all(all.map((rounds) => rounds.stop()))
    },
  }
}

/** Without a key there is nothing that could be sent: messages stay in the sandbox's outbox. */
function startSender(
  { db, logger, secretBox }: Omit<Parts, 'gateway' | 'reports'>,
  { carriers = {} }: WorkerConfig,
) {
  if (!secretBox) return []
  const sending = { db, logger, secretBox, now, carriers: createCarriers(carriers) }
  return [
    startRounds((signal) => sendMessages(sending, signal), {
      name: 'sending',
      everyMs: SEND_EVERY_MS,
      logger,
    }),
  ]
}
