/**
 * The life of an operation.
 *
 * received: taken and acknowledged, nothing moved; `register` ends it one way or another.
 * refused: a rule said no at registration; nothing moved. Final.
 * limited: over a limit of the client's contract; waits for anti-fraud. What goes out is held, here and in what follows.
 * screening: an AML check runs. review: the check could not tell; waits for compliance, for days if need be.
 * awaiting_decision: waits for a person.
 * at_platform: accepted; a platform is asked to do its part. A bank's payout stands in payout transit meanwhile; on a platform that
 * keeps the balance nothing moves before it confirms.
 * outcome_unknown: the platform gave no usable answer; it is asked about the reference until it gives one.
 * awaiting_reference: accepted, but the platform cannot be asked; an accountant types in what it says.
 * processed: done. Final. declined: a person or the clock said no, everything is as before. Final.
 * rejected: anti-fraud, compliance or the AML check said no, everything is as before. Final.
 * failed: the platform refused, everything is as before. Final.
 */
export const STATES = [
  'received',
  'refused',
  'limited',
  'screening',
  'review',
  'awaiting_decision',
  'at_platform',
  'outcome_unknown',
  'awaiting_reference',
  'processed',
  'declined',
  'rejected',
  'failed',
] as const
export type State = (typeof STATES)[number]

/** Where the book says an operation stands; null where it says nothing of it. */
export type Standing = {
  readonly state: State | null
  /** How long the decision may take that is awaited, where one is. */
  readonly decideInMs: number | null
}
export const NO_STANDING: Standing = { state: null, decideInMs: null }

/**
 * return: a payout that the bank gave back. reversal: a correction of a processed operation. bank_line: money that came
 * in at a bank and stands in suspense. suspense_return: such money goes back to where it came from. opening_balance: what an
 * asset that staff add begins with. platform_deposit, platform_withdrawal and platform_trade are what a platform that keeps the
 * balance is asked to do; platform_credit and platform_debit what it did by itself.
 */
export const KINDS = [
  'top_up',
  'withdrawal',
  'transfer',
  'return',
  'reversal',
  'bank_line',
  'suspense_return',
  'opening_balance',
  'platform_deposit',
  'platform_withdrawal',
  'platform_trade',
  'platform_credit',
  'platform_debit',
] as const
export type Kind = (typeof KINDS)[number]

/**
 * What a person can decide. accept and decline: approvers. allow and reject: anti-fraud, on what is limited. clear and
 * reject: compliance, on a review. confirm_payout and refuse_payout: what a bank without integration said.
 */
export const VERBS = [
  'accept',
  'decline',
  'allow',
  'clear',
  'reject',
  'confirm_payout',
  'refuse_payout',
] as const
export type Verb = (typeof VERBS)[number]

/** Which decisions are awaited in which state; in all others none is. */
export const AWAITED: Readonly<Partial<Record<State, readonly Verb[]>>> = {
  limited: ['allow', 'reject'],
  review: ['clear', 'reject'],
  awaiting_decision: ['accept', 'decline'],
  awaiting_reference: ['confirm_payout', 'refuse_payout'],
}

const FINAL: ReadonlySet<State> = new Set(['refused', 'processed', 'declined', 'rejected', 'failed'])

export function isFinal(state: State): boolean {
  return FINAL.has(state)
}

/** Final, and nothing came of it: everything is as before. */
export const TURNED_AWAY: readonly State[] = ['refused', 'declined', 'rejected', 'failed']

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

export const WIRE_REQUEST_STATUSES = [
  'limited',
  'pending',
  'waiting',
  'requires_confirmation',
  'approved',
  'declined',
  'rejected',
  'processed',
  'error',
] as const
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
  limited: { status: 'limited', requestStatus: 'limited' },
  screening: { status: 'pending', requestStatus: 'waiting' },
  review: { status: 'waiting_for_approval', requestStatus: 'requires_confirmation' },
  awaiting_decision: { status: 'pending', requestStatus: 'pending' },
  at_platform: { status: 'pending', requestStatus: 'approved' },
  outcome_unknown: { status: 'pending', requestStatus: 'approved' },
  awaiting_reference: { status: 'pending', requestStatus: 'approved' },
  processed: { status: 'processed', requestStatus: 'processed' },
  declined: { status: 'declined', requestStatus: 'declined' },
  rejected: { status: 'rejected', requestStatus: 'rejected' },
  failed: { status: 'error', requestStatus: 'error' },
}

/** The process types of the money API's wire. */
export function wireType(kind: Kind): string {
  return {
    top_up: 'bank_topup',
    withdrawal: 'bank_redeem',
    transfer: 'client_transaction_transfer',
    return: 'bank_redeem_return',
    reversal: 'client_transaction_reversal',
    bank_line: 'bank_line',
    suspense_return: 'suspense_return',
    opening_balance: 'opening_balance',
    platform_deposit: 'platform_deposit',
    platform_withdrawal: 'platform_withdrawal',
    platform_trade: 'platform_trade',
    platform_credit: 'platform_credit',
    platform_debit: 'platform_debit',
  }[kind]
}

/** Says where the money is and what it waits for, for people who look at one operation. */
export function whereTheMoneyIs(kind: Kind, state: State): string {
  return WORDS[state](kind)
}

/** Kinds that take money from a coin: it is held while they wait. */
export function isOutgoing(kind: Kind): boolean {
  return OUTGOING.has(kind)
}
const OUTGOING: ReadonlySet<Kind> = new Set([
  'withdrawal',
  'transfer',
  'reversal',
  'platform_withdrawal',
  'platform_trade',
])

/** What a platform that keeps the balance is asked to do. */
export const ORDER_KINDS = ['platform_deposit', 'platform_withdrawal', 'platform_trade'] as const
export type OrderKind = (typeof ORDER_KINDS)[number]

export function isOrder(kind: Kind): kind is OrderKind {
  return (ORDER_KINDS as readonly Kind[]).includes(kind)
}

/** What a platform did by itself, and the sync found. */
export type EntryKind = 'platform_credit' | 'platform_debit'

function whileItWaits(kind: Kind): string {
  if (isOutgoing(kind)) return 'The amount is held on the coin.'
  return kind === 'suspense_return' ? 'The money stands in suspense.' : 'Nothing has been credited yet.'
}

function asBefore(kind: Kind): string {
  if (isOutgoing(kind)) return 'The hold was released.'
  return kind === 'suspense_return' ? 'The money stays in suspense.' : 'Nothing was credited.'
}

const WORDS: Readonly<Record<State, (kind: Kind) => string>> = {
  received: () => 'Taken, not yet in the book. Nothing has moved.',
  refused: () => 'Refused by a rule. Nothing has moved.',
  limited: (kind) =>
    `${whileItWaits(kind)} A limit would be exceeded; it waits for anti-fraud to allow or reject.`,
  screening: (kind) => `${whileItWaits(kind)} It is being screened.`,
  review: (kind) =>
    `${whileItWaits(kind)} Screening could not tell; it waits for compliance to clear or reject.`,
  awaiting_decision: (kind) => `${whileItWaits(kind)} It waits for a person to accept or decline.`,
  at_platform: (kind) =>
    isOrder(kind)
      ? `${whileItWaits(kind)} Nothing moves before the platform confirms.`
      : 'The money stands in payout transit. It waits for the bank to confirm.',
  outcome_unknown: (kind) =>
    isOrder(kind)
      ? `${whileItWaits(kind)} The platform gave no usable answer; it is being asked what became of the order, nothing is sent again blindly.`
      : 'The money stands in payout transit. The bank gave no usable answer; it is being asked about the reference, nothing is sent again blindly.',
  awaiting_reference: (kind) =>
    isOrder(kind)
      ? `${whileItWaits(kind)} The platform's history does not tell what became of the order; it waits for an accountant to find out and enter it.`
      : 'The money stands in payout transit. It waits for an accountant to enter the reference the bank gave.',
  processed: (kind) => PROCESSED[kind] ?? 'Booked.',
  declined: (kind) => `Declined. ${asBefore(kind)}`,
  rejected: (kind) => `Rejected. ${asBefore(kind)}`,
  failed: (kind) =>
    isOrder(kind)
      ? `The platform refused. ${asBefore(kind)}`
      : kind === 'suspense_return'
        ? 'The bank refused the payout. The money is in suspense again.'
        : 'The bank refused the payout. The coin was credited again.',
}
const PROCESSED: Readonly<Partial<Record<Kind, string>>> = {
  withdrawal: 'Paid out and redeemed.',
  suspense_return: 'Paid back and redeemed.',
  bank_line: 'The money came into suspense.',
  platform_deposit: 'The platform has confirmed the deposit.',
  platform_withdrawal: 'The platform has confirmed the withdrawal.',
  platform_trade: 'The platform has confirmed the trade.',
  platform_credit: 'The platform credited this by itself.',
  platform_debit: 'The platform debited this by itself.',
}
