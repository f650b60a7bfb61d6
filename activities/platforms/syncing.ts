import type { SyncedAsset } from '#db/platforms/syncs.ts'
import type { HoldingPlatform } from '#domain/platforms/holding-platform.ts'
import type { ActivityDeps } from '../deps.ts'

/** One sync of one asset, from its first look at the platform to its last. */
export type Syncing = {
  readonly deps: ActivityDeps
  readonly asset: SyncedAsset
  readonly holder: HoldingPlatform
  /** By our clock: what changes from here on is for the next sync. */
  readonly startedAt: Date
}
