import { ApplicationFailure } from '@temporalio/activity'
import { findOperationFacts } from '#db/operation-facts.ts'
import { readPayout } from '#db/payouts.ts'
import { keepAnswer, platformOf, type PlatformAnswer } from './ask-platform.ts'
import type { ActivityDeps } from './deps.ts'

/** Safe to repeat: it only asks. */
export function lookUpOrder(deps: ActivityDeps) {
  return async ({ operation }: { readonly operation: string }): Promise<PlatformAnswer> => {
    const facts = await findOperationFacts(deps.db, operation)
    if (!facts) throw ApplicationFailure.nonRetryable('no such operation', 'Fault')
    const answer = await platformOf(deps, facts).lookUp(await readPayout(deps.db, facts.projectId, operation))
    return keepAnswer(deps, facts, { call: 'look_up', answer })
  }
}
