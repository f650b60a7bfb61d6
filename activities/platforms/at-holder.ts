import type { NamedFacts } from '#db/operations/operation-facts.ts'
import { readOrder } from '#db/platforms/orders.ts'
import { findLastSend, unmarkOrderSend } from '#db/platforms/platform-answers.ts'
import { PlatformUnavailable } from '#domain/platforms/holders.ts'
import type { OrderLookup } from '#domain/platforms/holding-platform.ts'
import type { ActivityDeps } from '../deps.ts'
import type { PlatformAnswer } from './ask-platform.ts'
import { matchByHistory, placeByHistory } from './by-history.ts'
import { keepOutcome, type AtHolder } from './keep-outcome.ts'
import { CHANGED, markSend } from './mark-send.ts'

/** For somebody to mend what keeps us from asking the platform at all. */
const UNAVAILABLE_PAUSE_MS = 60_000

/** Goes out once for each mark; one that is marked already may have gone out, and has to be looked up. */
export async function placeAtHolder(
  deps: ActivityDeps,
  facts: NamedFacts,
  send: number,
): Promise<PlatformAnswer> {
  const at = await open(deps, facts)
  if (!at) {
    // An earlier try may have marked it and sent it.
    const sentAt = await findLastSend(deps.db, facts.projectId, facts.id)
    return sentAt ? { kind: 'unknown' } : { kind: 'not_sent', retryAfterMs: UNAVAILABLE_PAUSE_MS }
  }
  const answer = at.holder.lookUp ? await place(at, send) : await placeByHistory(at, send)
  if (answer.kind === 'not_sent')
    await unmarkOrderSend(deps.db, facts.projectId, { operationId: facts.id, send })
  return answer
}

export async function lookUpAtHolder(deps: ActivityDeps, facts: NamedFacts): Promise<PlatformAnswer> {
  const at = await open(deps, facts)
  if (!at) return { kind: 'unknown' }
  if (!at.holder.lookUp) return matchByHistory(at)
  const answer = await at.holder.lookUp(at.found.order)
  return keepOutcome(at, 'look_up', answer.kind === 'absent' ? await absentOrEarly(at) : answer)
}

async function place(at: AtHolder, send: number): Promise<PlatformAnswer> {
  const { found, holder } = at
  const marked = await markSend(at, send)
  if (marked === 'before') return { kind: 'unknown' }
  if (marked === 'changed') return keepOutcome(at, 'send', CHANGED)
  // From here on it may have gone out, whatever we hear of it.
  return keepOutcome(at, 'send', await holder.place(found.order))
}

/** What was just sent may be on its way: that it is not there yet is no answer. */
async function absentOrEarly({ deps, facts, holder }: AtHolder): Promise<OrderLookup> {
  const { landsWithinMs = 0 } = holder.capabilities
  const sent = landsWithinMs === 0 ? undefined : await findLastSend(deps.db, facts.projectId, facts.id)
  const isEarly = sent !== undefined && deps.now().getTime() - sent.getTime() < landsWithinMs
  return isEarly ? { kind: 'unknown', reason: 'it may still land' } : { kind: 'absent' }
}

/** Undefined where the platform cannot be asked as it is configured: that says nothing of what became of an order. */
async function open(deps: ActivityDeps, facts: NamedFacts): Promise<AtHolder | undefined> {
  const found = await readOrder(deps.db, facts.projectId, facts.id)
  try {
    return { deps, facts, found, holder: await deps.holders.open(facts.projectId, found.platformId) }
  } catch (error) {
    if (error instanceof PlatformUnavailable) return undefined
    throw error
  }
}
