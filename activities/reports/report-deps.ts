import type { Database } from '#db/connection.ts'
import type { Id } from '#domain/ids.ts'
import type { Platform } from '#domain/platforms/platform.ts'

/** Built by the worker and handed in. */
export type ReportDeps = {
  readonly db: Database
  readonly platforms: ReadonlyMap<string, Platform>
  readonly newId: <Prefix extends string>(prefix: Prefix) => Id<Prefix>
  readonly newUuid: () => string
  readonly now: () => Date
  /** What changed less long ago is not judged: one book may still be on its way to what the other says. */
  readonly settleMs: number
}
