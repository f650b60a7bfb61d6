import { awaitDecision } from './await-decision.ts'
import type { Verdict } from './messages.ts'
import { runOperation } from './operation.ts'

/**
 * Money comes in from a bank. Direct: booked when registered. By request: booked when a person accepts.
 * Nothing is compensated, for nothing moves before the one step that books it.
 */
export function topUp(): Promise<Verdict> {
  return runOperation('top_up', awaitDecision)
}
