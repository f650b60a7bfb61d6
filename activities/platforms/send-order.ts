import { ApplicationFailure } from '@temporalio/activity'
import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { isOrder } from '#domain/operations/operation.ts'
import type { ActivityDeps } from '../deps.ts'
import type { PlatformAnswer } from './ask-platform.ts'
import { payOutAtBank } from './at-bank.ts'
import { placeAtHolder } from './at-holder.ts'

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
    return isOrder(facts.kind) ? placeAtHolder(deps, facts, send) : payOutAtBank(deps, facts, send)
  }
}
