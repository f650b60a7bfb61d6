import type { NamedFacts } from '#db/operations/operation-facts.ts'
import { readPayout } from '#db/operations/payouts.ts'
import { markOrderSend } from '#db/platforms/platform-answers.ts'
import type { ActivityDeps } from '../deps.ts'
import { keepAnswer, platformOf, type PlatformAnswer } from './ask-platform.ts'

/** A payout goes out once for each mark; one that is marked already may have gone out, and has to be looked up. */
export async function payOutAtBank(
  deps: ActivityDeps,
  facts: NamedFacts,
  send: number,
): Promise<PlatformAnswer> {
  const platform = platformOf(deps, facts)
  const payout = await readPayout(deps.db, facts.projectId, facts.id)
  if (!(await markOrderSend(deps.db, facts.projectId, { operationId: facts.id, send })))
    return { kind: 'unknown' }
  // From here on it may have gone out, whatever we hear of it.
  const answer = await platform.payOut(payout)
  return keepAnswer(deps, facts, { call: 'send', answer })
}

export async function lookUpAtBank(deps: ActivityDeps, facts: NamedFacts): Promise<PlatformAnswer> {
  const answer = await platformOf(deps, facts).lookUp(await readPayout(deps.db, facts.projectId, facts.id))
  return keepAnswer(deps, facts, { call: 'look_up', answer })
}
