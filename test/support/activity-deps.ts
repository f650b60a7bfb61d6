import type { ActivityDeps } from '#activities/deps.ts'
import type { Database } from '#db/connection.ts'
import { createLedger } from '#ledger/ledger.ts'
import { id } from './book.ts'

/** What activities need, with a ledger of their own and nothing of the outside world but what is given. */
export function activityDeps(db: Database, given: Partial<ActivityDeps> = {}): ActivityDeps {
  return {
    db,
    ledger: createLedger(db),
    platforms: new Map(),
    holders: { open: () => Promise.reject(new Error('no platform keeps balances here')) },
    screening: new Map(),
    now: () => new Date(),
    newId: id,
    ...given,
  }
}
