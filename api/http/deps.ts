import type { Logger } from 'pino'
import type { Batched } from '#db/operations/batched.ts'
import type { Database } from '#db/connection.ts'
import type { KeyRing } from '#db/secrets/envelope.ts'
import type { Channel } from '#db/identity/messages.ts'
import type { SecretBox } from '#db/secrets/secret-box.ts'
import type { Ledger } from '#ledger/ledger.ts'
import type { Holders } from '#domain/platforms/holders.ts'
import type { PlatformLabel } from '#domain/platforms/holding-platform.ts'
import type { Id } from '#domain/ids.ts'
import type { Platform } from '#domain/platforms/platform.ts'
import type { AllowList } from '#integrations/http/guard.ts'
import type { Gateway } from '#temporal/gateway.ts'
import type { Reports } from '#temporal/reports.ts'
import type { Syncs } from '#temporal/syncs.ts'

/** What handlers may use. Clock and randomness come in here, so that tests can hand in their own. */
export type ApiDeps = {
  readonly db: Database
  readonly ledger: Ledger
  readonly batched: Batched
  readonly temporal: Gateway
  readonly reports: Reports
  readonly platforms: ReadonlyMap<string, Platform>
  /** What platforms that hold balances can be configured as, and where they may be besides the internet. */
  readonly holdingLabels: readonly PlatformLabel[]
  readonly platformAllow: AllowList
  readonly holders: Holders
  readonly syncs: Syncs
  readonly temporalUiUrl: string
  /** The embedded default: the outbox can be read and nothing is really sent. */
  readonly sandbox: boolean
  /** What else can deliver messages; nothing in the sandbox. */
  readonly channels: readonly Channel[]
  /** Seals messages and authenticator secrets; undefined where no key was given. */
  readonly secretBox: SecretBox | undefined
  /** Seals platforms' credentials; undefined where no key was given. */
  readonly keyRing: KeyRing | undefined
  readonly logger: Logger
  /** How long a caller waits for a verdict before it is told that it will come. */
  readonly answerWithinMs: number
  readonly now: () => Date
  readonly newId: <Prefix extends string>(prefix: Prefix) => Id<Prefix>
  readonly randomBytes: (count: number) => Buffer
}
