import type { Verdict } from './messages.ts'
import { runThroughPlatform } from './through-platform.ts'

/**
 * A platform that keeps the balance is asked to credit it; our mirror moves when it confirms. Nothing is compensated: until
 * then nothing has moved here, and what it confirmed has happened.
 */
export function platformDeposit(): Promise<Verdict> {
  return runThroughPlatform('platform_deposit')
}

/** The same the other way: held on the mirror from the request on. Compensated: the hold, when it is turned away or refused. */
export function platformWithdrawal(): Promise<Verdict> {
  return runThroughPlatform('platform_withdrawal')
}

/** One asset on the platform for another: held like a withdrawal, and both mirrors move in the step that records the answer. */
export function platformTrade(): Promise<Verdict> {
  return runThroughPlatform('platform_trade')
}
