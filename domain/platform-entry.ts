import { isFinal, type EntryKind, type Kind, type State } from './operation.ts'

/** An operation of ours that an entry in a platform's history names. */
export type OwnOrder = {
  readonly id: string
  readonly kind: Kind
  readonly state: State
  /** Minor units by which it moved, or is to move, the balance that the entry is of. */
  readonly moves: bigint
}

/** What an entry of the platform's history is to us. */
export type EntryMeaning =
  /** An order of ours, booked as the platform says. */
  | { readonly kind: 'ours' }
  /** An order of ours whose outcome is not recorded yet. */
  | { readonly kind: 'waits' }
  /** Nobody asked for it: the platform did it by itself. */
  | { readonly kind: 'theirs' }
  | { readonly kind: 'differs'; readonly break: 'other_amount' | 'other_state' }

/** @param amount minor units, negative where it went out. @param own the order of ours that the entry names; undefined: none */
export function readEntry(amount: bigint, own: OwnOrder | undefined): EntryMeaning {
  if (!own) return { kind: 'theirs' }
  if (own.state === 'processed')
    return own.moves === amount ? { kind: 'ours' } : { kind: 'differs', break: 'other_amount' }
  return isFinal(own.state) ? { kind: 'differs', break: 'other_state' } : { kind: 'waits' }
}

export function kindOfEntry(amount: bigint): EntryKind {
  return amount < 0n ? 'platform_debit' : 'platform_credit'
}
