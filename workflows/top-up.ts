import { passHoldBacks } from './hold-back.ts'
import type { Verdict } from './messages.ts'
import { runOperation } from './operation.ts'

/**
 * Money comes in from a bank. Direct: booked when registered, unless a rule holds it back. By request: booked when people
 * accept. Nothing is compensated, for nothing moves before the one step that books it; money of a bank line stays in
 * suspense when it is turned away.
 */
export function topUp(): Promise<Verdict> {
  return runOperation('top_up', passHoldBacks)
}
