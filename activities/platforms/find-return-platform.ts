import { findInboxReturn } from '#db/platforms/inbox.ts'
import type { ActivityDeps } from '../deps.ts'

/** Safe to repeat: it only reads. Null where no platform's call told of such a return. */
export function findReturnPlatform({ db }: ActivityDeps) {
  return async ({ operation }: { readonly operation: string }): Promise<string | null> =>
    (await findInboxReturn(db, operation))?.platform ?? null
}
