import type { Verdict } from './messages.ts'
import { runThroughPlatform } from './through-platform.ts'

/**
 * Money goes out to a bank: held at the request, captured into payout transit when nothing holds it back any more,
 * redeemed when the bank confirms. Compensated: the hold when it is turned away or expires; the capture if the bank
 * refuses. Not compensated: a payout that the bank confirmed; if it comes back later, that is an operation of its own.
 */
export function withdrawal(): Promise<Verdict> {
  return runThroughPlatform('withdrawal')
}

/** Money that stands in suspense goes back through a bank, in the same way. */
export function suspenseReturn(): Promise<Verdict> {
  return runThroughPlatform('suspense_return')
}
