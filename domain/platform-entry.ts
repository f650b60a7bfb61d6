import { createHash } from 'node:crypto'
import { newId, type OperationId } from './ids.ts'
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

/** Where an entry stands in the world: the same whenever and by whomever it is read. */
export type EntryPlace = {
  readonly platformId: string
  readonly account: string
  readonly currency: string
  readonly entryId: string
  /** ISO 8601. */
  readonly at: string
}

/** The operation that books an entry, by the entry alone, so that it is booked once however often it is read. */
export function operationOfEntry({ platformId, account, currency, entryId, at }: EntryPlace): OperationId {
  const hash = createHash('sha256').update(JSON.stringify([platformId, account, currency, entryId])).digest()
  return newId('op', Date.parse(at), hash)
}
