import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import { holdAsOpened } from '#db/platforms/platforms.ts'
import { addSendMark, readLastSend } from '#db/platforms/platform-answers.ts'
import type { AtHolder } from './keep-outcome.ts'

/**
 * marked: it goes out now. before: it may have gone out already, and has to be looked up instead. changed: the platform is not as
 * it was opened, and nothing goes to where it was: once it may have gone out somewhere, the platform's address stays.
 */
export type Marked = 'marked' | 'before' | 'changed'

/** `first`: what has to be written down with it; where that cannot be, it counts as sent before. */
export async function markSend(
  { deps, facts, found, holder }: AtHolder,
  send: number,
  first: (trx: Knex) => Promise<boolean> = async () => true,
): Promise<Marked> {
  return inProject(deps.db, facts.projectId, async (trx) => {
    const isAsOpened = await holdAsOpened(trx, { id: found.platformId, version: holder.version })
    if (!isAsOpened) return (await readLastSend(trx, facts.id)) ? 'before' : 'changed'
    const isNew =
      (await first(trx)) && (await addSendMark(trx, facts.projectId, { operationId: facts.id, send }))
    return isNew ? 'marked' : 'before'
  })
}

/** Sent again at once, to where the platform is now. */
export const CHANGED = { kind: 'not_sent', reason: 'platform_changed', retryAfterMs: 0 } as const
