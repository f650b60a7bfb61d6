import { passHoldBacks } from './hold-back.ts'
import type { Verdict } from './messages.ts'
import { runOperation } from './operation.ts'

/** What an asset begins with: booked when another person accepts. Nothing is compensated, for nothing moves before that. */
export function openingBalance(): Promise<Verdict> {
  return runOperation('opening_balance', passHoldBacks)
}
