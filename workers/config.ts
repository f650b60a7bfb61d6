import type { TimeLimits } from '#db/connection.ts'
import type { CarriersConfig } from '#integrations/messages/settings.ts'
import type { ScreeningConfig } from '#integrations/screening/registry.ts'
import type { PlatformsConfig } from '#integrations/platforms/registry.ts'
import type { TemporalSettings } from '#temporal/settings.ts'

export type WorkerConfig = {
  readonly databaseUrl: string
  readonly databaseLimits?: TimeLimits
  readonly temporal: TemporalSettings
  readonly banks: PlatformsConfig
  /** Providers besides the embedded one. */
  readonly screening?: ScreeningConfig
  /** What messages are sent by, and the key that they are sealed with until then. */
  readonly carriers?: CarriersConfig
  readonly secretKey?: string
  /** What was the key before, for what is still sealed with it. */
  readonly previousKey?: string
  /** `host:port` of loopback that platforms may be at. */
  readonly platformAllow?: readonly string[]
  readonly logLevel: string
  /** How often the sweeper looks, and how old something must be before it is swept. */
  readonly sweepEveryMs?: number
  readonly sweepAfterMs?: number
  /** How long an operation has to stand still before it is asked whether its workflow is still there. */
  readonly sweepUnchangedMs?: number
  /** How long ago something must have changed last for reconciliation to judge it. */
  readonly reconcileSettleMs?: number
}
