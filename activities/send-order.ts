import { ApplicationFailure } from '@temporalio/activity'
import { findOperationFacts } from '#db/operation-facts.ts'
import { readPayout } from '#db/payouts.ts'
import { markOrderSend } from '#db/platform-answers.ts'
import { keepAnswer, platformOf, type PlatformAnswer } from './ask-platform.ts'
import type { ActivityDeps } from './deps.ts'

/** Safe to repeat: each send is marked before it goes out, and one that is marked already is not sent but unknown. */
export function sendOrder(deps: ActivityDeps) {
  return async ({
    operation,
    send,
  }: {
    readonly operation: string
    readonly send: number
  }): Promise<PlatformAnswer> => {
    const facts = await findOperationFacts(deps.db, operation)
    if (!facts) throw ApplicationFailure.nonRetryable('no such operation', 'Fault')
    const platform = platformOf(deps, facts)
    const payout = await readPayout(deps.db, facts.projectId, operation)
    const isFirst = await markOrderSend(deps.db, facts.projectId, { operationId: operation, send })
    if (!isFirst) return { kind: 'unknown' }
    // From here on it may have gone out, whatever we hear of it.
    const answer = await platform.payOut(payout)
    return keepAnswer(deps, facts, { call: 'send', answer })
  }
}
