import type { Kind } from './operation.ts'

const BOOKED_HERE: readonly Kind[] = ['top_up', 'transfer', 'opening_balance']

/** What can be corrected: money of a payout has left the book, and a correction is corrected by doing it again. */
export function isReversible(kind: Kind): boolean {
  return BOOKED_HERE.includes(kind) || takenBackBy(kind) !== undefined
}

/** What the platform did is taken back there, by the opposite; a trade by nothing, for its price has gone. */
export function takenBackBy(kind: Kind): 'platform_deposit' | 'platform_withdrawal' | undefined {
  if (kind === 'platform_deposit') return 'platform_withdrawal'
  return kind === 'platform_withdrawal' ? 'platform_deposit' : undefined
}

/** Minor units. */
type Original = {
  /** What reached the recipient: what they can give back. */
  readonly recipientAmount: bigint
  readonly commission: bigint
}
/** What corrections that are booked, or still wait, take of an original. */
export type Reversed = { readonly amount: bigint; readonly commissionBack: bigint }

/** What the recipient can still give back. */
export function leftOf({ recipientAmount }: Original, { amount }: Reversed): bigint {
  return recipientAmount - amount
}

/**
 * The part of the commission that goes back with this amount. Counted from the beginning and rounded down, so that parts
 * never give back more than the whole, and all of it together exactly the whole. A correction that was declined
 * meanwhile may have moved the rounding; then the next one waits until its turn has come.
 * @param amount more than zero, and no more than is left
 */
export function commissionBack(original: Original, before: Reversed, amount: bigint): bigint {
  const due = (original.commission * (before.amount + amount)) / original.recipientAmount
  return due > before.commissionBack ? due - before.commissionBack : 0n
}
