import { isFinal, type EntryKind, type Kind, type State } from '../operations/operation.ts'

/** An operation of ours that entries in a platform's history name. */
export type OwnOrder = {
  readonly id: string
  readonly kind: Kind
  readonly state: State
  /** Since when it is in this state. */
  readonly stateSince: Date
  /** Minor units by which it moved, or is to move, the balance that the entries are of. */
  readonly moves: bigint
}

/** What the entries under the name of an order of ours are to us. */
export type OrderMeaning =
  /** Booked as the platform says. */
  | { readonly kind: 'ours' }
  /** Its outcome is not recorded yet, or was not when the history was read: some of its entries may be missing. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'differs'; readonly break: 'other_amount' | 'other_state' }

/**
 * An order may be done in parts, each with an entry of its own: only their sum says whether it is what we have booked.
 * @param moved minor units, negative where it went out: all entries of the order together
 * @param readAt when the history was begun to be read
 */
export function readOrder(moved: bigint, order: OwnOrder, readAt: Date): OrderMeaning {
  if (!isFinal(order.state) || order.stateSince >= readAt) return { kind: 'waits' }
  if (order.state !== 'processed') return { kind: 'differs', break: 'other_state' }
  return order.moves === moved ? { kind: 'ours' } : { kind: 'differs', break: 'other_amount' }
}

export function kindOfEntry(amount: bigint): EntryKind {
  return amount < 0n ? 'platform_debit' : 'platform_credit'
}
