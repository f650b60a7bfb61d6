import { ApplicationFailure } from '@temporalio/activity'
import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { isOrder } from '#domain/operations/operation.ts'
import type { ActivityDeps } from '../deps.ts'
import type { PlatformAnswer } from './ask-platform.ts'
import { lookUpAtBank } from './at-bank.ts'
import { lookUpAtHolder } from './at-holder.ts'

/** Safe to repeat: it only asks. */
export function lookUpOrder(deps: ActivityDeps) {
  return async ({ operation }: { readonly operation: string }): Promise<PlatformAnswer> => {
    const facts = await findOperationFacts(deps.db, operation)
    if (!facts) throw ApplicationFailure.nonRetryable('no such operation', 'Fault')
    return isOrder(facts.kind) ? lookUpAtHolder(deps, facts) : lookUpAtBank(deps, facts)
  }
}
