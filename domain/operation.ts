/**
 * The life of an operation.
 *
 * received: taken and acknowledged, nothing moved; `register` ends it one way or another.
 * refused: a rule said no at registration; nothing moved. Final.
 * awaiting_decision: waits for a person. A withdrawal holds its funds meanwhile.
 * paying_out: accepted; the money stands in payout transit while the bank is asked to pay.
 * payout_unknown: the bank gave no usable answer; it is asked about the reference until it gives one.
 * awaiting_reference: accepted, but the bank has no integration; an accountant types in what the bank says.
 * processed: done. Final. declined: a person or the clock said no, everything is as before. Final.
 * failed: the bank refused the payout, the client was credited again. Final.
 */
export const STATES = [
  'received',
  'refused',
  'awaiting_decision',
  'paying_out',
  'payout_unknown',
  'awaiting_reference',
  'processed',
  'declined',
  'failed',
] as const
export type State = (typeof STATES)[number]

export const KINDS = ['top_up', 'withdrawal', 'transfer', 'return'] as const
export type Kind = (typeof KINDS)[number]

export const VERBS = ['accept', 'decline', 'confirm_payout', 'refuse_payout'] as const
/** What a person can decide. */
export type Verb = (typeof VERBS)[number]

const FINAL: ReadonlySet<State> = new Set(['refused', 'processed', 'declined', 'failed'])

export function isFinal(state: State): boolean {
  return FINAL.has(state)
}

/** The statuses of the money API's wire (source: the recovered shapes, 1.2). */
export const WIRE_STATUSES = [
  'limited',
  'waiting_for_approval',
  'pending',
  'declined',
  'processed',
  'error',
  'rejected',
] as const
export type WireStatus = (typeof WIRE_STATUSES)[number]

export const WIRE_REQUEST_STATUSES = ['pending', 'approved', 'declined', 'processed', 'error'] as const
export type WireRequestStatus = (typeof WIRE_REQUEST_STATUSES)[number]

export function wireStatus(state: State): WireStatus {
  return WIRE[state].status
}

export function wireRequestStatus(state: State): WireRequestStatus {
  return WIRE[state].requestStatus
}

/** The states that a wire status stands for, for filters. */
export function statesOfWireStatus(status: string, column: 'status' | 'requestStatus'): State[] {
  return STATES.filter((state) => WIRE[state][column] === status)
}

const WIRE: Readonly<Record<State, { status: WireStatus; requestStatus: WireRequestStatus }>> = {
  received: { status: 'pending', requestStatus: 'pending' },
  refused: { status: 'error', requestStatus: 'error' },
  awaiting_decision: { status: 'pending', requestStatus: 'pending' },
  paying_out: { status: 'pending', requestStatus: 'approved' },
  payout_unknown: { status: 'pending', requestStatus: 'approved' },
  awaiting_reference: { status: 'pending', requestStatus: 'approved' },
  processed: { status: 'processed', requestStatus: 'processed' },
  declined: { status: 'declined', requestStatus: 'declined' },
  failed: { status: 'error', requestStatus: 'error' },
}

/** The process types of the money API's wire. */
export function wireType(kind: Kind): string {
  return {
    top_up: 'bank_topup',
    withdrawal: 'bank_redeem',
    transfer: 'client_transaction_transfer',
    return: 'bank_redeem_return',
  }[kind]
}

/** Says where the money is and what it waits for, for people who look at one operation. */
export function whereTheMoneyIs(kind: Kind, state: State): string {
  return WORDS[state](kind)
}

const WORDS: Readonly<Record<State, (kind: Kind) => string>> = {
  received: () => 'Taken, not yet in the book. Nothing has moved.',
  refused: () => 'Refused by a rule. Nothing has moved.',
  awaiting_decision: (kind) =>
    kind === 'withdrawal'
      ? 'The amount is held on the coin. It waits for a person to accept or decline.'
      : 'Nothing has been credited yet. It waits for a person to accept or decline.',
  paying_out: () =>
    'The money has left the coin and stands in payout transit. It waits for the bank to confirm.',
  payout_unknown: () =>
    'The money stands in payout transit. The bank gave no usable answer; it is being asked about the reference, nothing is sent again blindly.',
  awaiting_reference: () =>
    'The money stands in payout transit. It waits for an accountant to enter the reference the bank gave.',
  processed: (kind) => (kind === 'withdrawal' ? 'Paid out and redeemed.' : 'Booked.'),
  declined: (kind) =>
    kind === 'withdrawal' ? 'Declined. The hold was released.' : 'Declined. Nothing was credited.',
  failed: () => 'The bank refused the payout. The coin was credited again.',
}
