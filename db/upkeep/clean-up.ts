import { inProject, type Database } from '../connection.ts'
import { SENDS_WINDOW_MS } from '../identity/one-time-codes.ts'
import { listProjectIds } from '../identity/project-of.ts'
import { clearSomeImports } from '../reports/imports.ts'

/** At most so many of each sort in one round, so that no statement runs long; the rest goes in the next. */
const ROUND_MAX = 1_000
/** How long one can see that a message went out; its text is gone already. The sandbox's outbox stays. */
const MESSAGES_KEPT_MS = 30 * 24 * 3_600_000

/** How long the file of an import and what is wrong with it can be read, and how long a file is waited for. */
const IMPORTS_KEPT_MS = 7 * 24 * 3_600_000
const FILES_AWAITED_MS = 24 * 3_600_000

/** Removes what is over: expired tokens and codes, settled messages, files of imports. Safe to do twice, and by several at once. */
export async function cleanUp(db: Database, now: Date): Promise<void> {
  await db('tokens')
    .whereIn('token_hash', db('tokens').where('expires_at', '<=', now).select('token_hash').limit(ROUND_MAX))
    .delete()
  // An expired code still counts against the limit of its hour.
  const countsFrom = new Date(now.getTime() - SENDS_WINDOW_MS)
  const expired = db('one_time_codes')
    .where('expires_at', '<=', now)
    .where('window_started_at', '<=', countsFrom)
    .select('login', 'purpose')
    .limit(ROUND_MAX)
  await db('one_time_codes')
    .whereIn(['login', 'purpose'], expired)
    .where('expires_at', '<=', now)
    .where('window_started_at', '<=', countsFrom)
    .delete()
  for (const projectId of await listProjectIds(db)) {
    await inProject(db, projectId, async (trx) => {
      const settled = trx('messages')
        .where('created_at', '<', new Date(now.getTime() - MESSAGES_KEPT_MS))
        .whereRaw('coalesce(sent_at, given_up_at) is not null')
        .select('id')
        .limit(ROUND_MAX)
      await trx('messages').whereIn('id', settled).delete()
    })
    await inProject(db, projectId, (trx) =>
      clearSomeImports(trx, {
        endedBefore: new Date(now.getTime() - IMPORTS_KEPT_MS),
        askedBefore: new Date(now.getTime() - FILES_AWAITED_MS),
      }),
    )
  }
}
