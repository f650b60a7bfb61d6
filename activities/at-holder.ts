import type { NamedFacts } from '#db/operation-facts.ts'
import { readOrder } from '#db/orders.ts'
import { findLastSend, markOrderSend } from '#db/platform-answers.ts'
import type { OrderLookup } from '#domain/holding-platform.ts'
import type { PlatformAnswer } from './ask-platform.ts'
import { matchByHistory, placeByHistory } from './by-history.ts'
import type { ActivityDeps } from './deps.ts'
import { keepOutcome, type AtHolder } from './keep-outcome.ts'

/** Goes out once for each mark; one that is marked already may have gone out, and has to be looked up. */
export async function placeAtHolder(
  deps: ActivityDeps,
  facts: NamedFacts,
  send: number,
): Promise<PlatformAnswer> {
  const at = await open(deps, facts)
  if (!at.holder.lookUp) return placeByHistory(at, send)
  if (!(await markOrderSend(deps.db, facts.projectId, { operationId: facts.id, send })))
    return { kind: 'unknown' }
  // From here on it may have gone out, whatever we hear of it.
  return keepOutcome(at, 'send', await at.holder.place(at.found.order))
}

export async function lookUpAtHolder(deps: ActivityDeps, facts: NamedFacts): Promise<PlatformAnswer> {
  const at = await open(deps, facts)
  if (!at.holder.lookUp) return matchByHistory(at)
  const answer = await at.holder.lookUp(at.found.order)
  return keepOutcome(at, 'look_up', answer.kind === 'absent' ? await absentOrEarly(at) : answer)
}

/** What was just sent may be on its way: that it is not there yet is no answer. */
async function absentOrEarly({ deps, facts, holder }: AtHolder): Promise<OrderLookup> {
  const { landsWithinMs = 0 } = holder.capabilities
  const sent = landsWithinMs === 0 ? undefined : await findLastSend(deps.db, facts.projectId, facts.id)
  const isEarly = sent !== undefined && deps.now().getTime() - sent.getTime() < landsWithinMs
  return isEarly ? { kind: 'unknown', reason: 'it may still land' } : { kind: 'absent' }
}

async function open(deps: ActivityDeps, facts: NamedFacts): Promise<AtHolder> {
  const found = await readOrder(deps.db, facts.projectId, facts.id)
  return { deps, facts, found, holder: await deps.holders.open(facts.projectId, found.platformId) }
}
