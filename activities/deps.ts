import type { Database } from '#db/connection.ts'
import type { Id } from '#domain/ids.ts'
import type { Holders } from '#domain/platforms/holders.ts'
import type { Platform } from '#domain/platforms/platform.ts'
import type { ScreeningProvider } from '#domain/screening/screening.ts'
import type { Ledger } from '#ledger/ledger.ts'

/** Built by the worker and handed in. */
export type ActivityDeps = {
  readonly db: Database
  readonly ledger: Ledger
  readonly platforms: ReadonlyMap<string, Platform>
  readonly holders: Holders
  readonly screening: ReadonlyMap<string, ScreeningProvider>
  readonly now: () => Date
  readonly newId: <Prefix extends string>(prefix: Prefix) => Id<Prefix>
}
