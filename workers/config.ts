import type { PlatformsConfig } from '#platforms/registry.ts'
import type { TemporalSettings } from '#temporal/settings.ts'

export type WorkerConfig = {
  readonly databaseUrl: string
  readonly temporal: TemporalSettings
  readonly banks: PlatformsConfig
  readonly logLevel: string
  /** How often the sweeper looks, and how old something must be before it is swept. */
  readonly sweepEveryMs?: number
  readonly sweepAfterMs?: number
  /** How long an operation has to stand still before it is asked whether its workflow is still there. */
  readonly sweepUnchangedMs?: number
}
