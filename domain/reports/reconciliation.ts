import { formatAmount, parseAmount, type Currency } from '../money.ts'
import { systemAccount } from '../operations/accounting.ts'
import type { State } from '../operations/operation.ts'
import type { ListedPayout } from '../platforms/platform.ts'

/**
 * What reconciliation can find. In the book: circulation is not what the issuing balance says; a transit that must be
 * empty is not; what is held is not what waiting operations need; payout transit is not what is on its way. In a platform's
 * book: a payout is missing there, unknown here, or has another amount, state or reference. Of a balance that a platform keeps: ours
 * is another than its own and nothing explains it; what it did by itself could not be booked here; it called about something that we
 * did not ask for, or otherwise than it is.
 */
export const BREAK_KINDS = [
  'circulation',
  'technical_transit',
  'held_amount',
  'payout_transit',
  'missing_there',
  'unknown_here',
  'other_amount',
  'other_state',
  'other_reference',
  'mirror_differs',
  'entry_not_booked',
  'odd_call',
] as const
export type BreakKind = (typeof BREAK_KINDS)[number]

/** The part of a run that compares the book with itself; the others are named by their platform. */
export const BOOK = 'book'

export type Break = {
  readonly kind: BreakKind
  /** An issuer, an account that must be empty, an operation, or a reference in the platform's book. */
  readonly subject: string
  readonly ours: string | null
  readonly theirs: string | null
  /** Of a payout: when it was sent or taken. */
  readonly aboutAt: Date | null
}

/** Waiting operations that take money from a coin hold it in these states. */
export const HOLDING_STATES: readonly State[] = ['limited', 'screening', 'review', 'awaiting_decision']
/** Payouts whose money stands in payout transit. */
export const IN_FLIGHT_STATES: readonly State[] = ['at_platform', 'outcome_unknown', 'awaiting_reference']

/** Sums of one issuer at one moment, in minor units. */
export type IssuerSums = {
  readonly issuerId: string
  readonly currency: Currency
  /** All that customers and system accounts have, with what is on its way. */
  readonly circulation: bigint
  /** The mirror of it: circulation negated. */
  readonly issuingBalance: bigint
  readonly issuingTransit: bigint
  readonly technicalTransit: bigint
  readonly held: bigint
  readonly neededHolds: bigint
  readonly payoutTransit: bigint
  readonly inFlight: bigint
}

/** Each step of the book is one transaction, so these agree at every moment. */
export function breaksOfBook(sums: IssuerSums): Break[] {
  const { issuerId } = sums
  const [technical, issuing] = [
    systemAccount(issuerId, 'technical_transit'),
    systemAccount(issuerId, 'issuing_transit'),
  ]
  const rules: readonly [BreakKind, string, bigint, bigint][] = [
    ['circulation', issuerId, sums.circulation, -sums.issuingBalance],
    ['technical_transit', technical, sums.technicalTransit, 0n],
    ['technical_transit', issuing, sums.issuingTransit, 0n],
    ['held_amount', issuerId, sums.held, sums.neededHolds],
    ['payout_transit', issuerId, sums.payoutTransit, sums.inFlight],
  ]
  return rules
    .filter(([, , ours, theirs]) => ours !== theirs)
    .map(([kind, subject, ours, theirs]) => ({
      kind,
      subject,
      ours: inWords(ours, sums.currency),
      theirs: inWords(theirs, sums.currency),
      aboutAt: null,
    }))
}

/** An operation that waits, and what is held for it; null: no hold at all. */
export type WaitingHold = {
  readonly operation: string
  readonly currency: Currency
  readonly held: bigint | null
  readonly needed: bigint
}

export function breakOfHold({ operation, currency, held, needed }: WaitingHold): Break {
  return {
    kind: 'held_amount',
    subject: operation,
    ours: held === null ? null : inWords(held, currency),
    theirs: inWords(needed, currency),
    aboutAt: null,
  }
}

export type OurPayout = {
  readonly reference: string
  readonly state: State
  /** When it, or a return of it, last got another state. */
  readonly changedAt: Date
  /** Minor units that the platform was told to pay. */
  readonly amount: bigint
  readonly currency: Currency
  readonly platformReference: string | null
  /** Minor units of it that were booked as returned. */
  readonly returned: bigint
  /** When it was first sent; null: never. */
  readonly sentAt: Date | null
}

type Standing = ListedPayout['state'] | 'absent'

/** What may stand in the platform's book for each of our states, once both have had time to settle. */
const AGREES: Readonly<Record<State, readonly Standing[]>> = {
  received: ['absent'],
  refused: ['absent'],
  limited: ['absent'],
  screening: ['absent'],
  review: ['absent'],
  awaiting_decision: ['absent'],
  awaiting_reference: ['absent'],
  declined: ['absent'],
  rejected: ['absent'],
  at_platform: ['pending'],
  outcome_unknown: ['pending'],
  processed: ['confirmed', 'returned'],
  // Not every platform keeps what it refused.
  failed: ['refused', 'absent'],
}

export type Pair = { readonly ours: OurPayout | undefined; readonly theirs: ListedPayout | undefined }

/** Ours is [from, to); the platform's book is read from a little earlier, for its clock is not ours. */
export type Period = { readonly from: Date; readonly to: Date; readonly theirsFrom: Date }

/**
 * The last days, and further back as far as something is unsettled: a payout on its way, a difference that is open. But
 * not for ever; what is older than that only a person can settle.
 */
export function periodToCompare(now: Date, oldestUnsettled: Date | undefined): Period {
  const usual = now.getTime() - USUAL_MS
  const wanted = Math.min(usual, oldestUnsettled?.getTime() ?? usual)
  const from = Math.max(wanted, now.getTime() - FURTHEST_MS)
  return { from: new Date(from), to: now, theirsFrom: new Date(from - CLOCKS_APART_MS) }
}

const DAY_MS = 24 * 3_600_000
const USUAL_MS = 3 * DAY_MS
const FURTHEST_MS = 90 * DAY_MS
const CLOCKS_APART_MS = 3_600_000

/** Whether one of the two books may still be on its way to what the other says already. */
export function isSettling({ ours, theirs }: Pair, since: Date): boolean {
  return (
    (ours !== undefined && (ours.changedAt > since || (ours.sentAt ?? since) > since)) ||
    (theirs !== undefined && Date.parse(theirs.changedAt) > since.getTime())
  )
}

/** One payout in both books; at least one has it. */
export function breaksOfPayout({ ours, theirs }: Pair): Break[] {
  const subject = ours?.reference ?? theirs?.reference ?? ''
  const aboutAt = theirs ? new Date(theirs.takenAt) : (ours?.sentAt ?? null)
  const found = (kind: BreakKind, mine: string | null, other: string | null): Break[] => [
    { kind, subject, ours: mine, theirs: other, aboutAt },
  ]
  if (!ours) return found('unknown_here', null, theirs ? describeTheirs(theirs) : null)
  if (!AGREES[ours.state].includes(theirs?.state ?? 'absent'))
    return theirs
      ? found('other_state', ours.state, theirs.state)
      : found('missing_there', describeOurs(ours), null)
  if (!theirs) return []
  const isSameAmount = minorOf(theirs.amount, theirs.currency, ours.currency) === ours.amount
  return [
    ...(isSameAmount
      ? []
      : found('other_amount', inWords(ours.amount, ours.currency), `${theirs.amount} ${theirs.currency}`)),
    ...(ours.state === 'processed' && ours.platformReference !== theirs.platformReference
      ? found('other_reference', ours.platformReference, theirs.platformReference)
      : []),
    ...breaksOfReturn(ours, theirs).flatMap(([mine, other]) => found('other_state', mine, other)),
  ]
}

/** What came back there must have been booked here, and the other way round. */
function breaksOfReturn(ours: OurPayout, theirs: ListedPayout): [string, string][] {
  const back = theirs.returnedAmount
  const returnedThere = back === null ? 0n : minorOf(back, theirs.currency, ours.currency)
  if (returnedThere === ours.returned) return []
  return [[`returned ${inWords(ours.returned, ours.currency)}`, `returned ${back ?? '0'} ${theirs.currency}`]]
}

/** Undefined where it is no amount of our currency, so it equals nothing. */
function minorOf(text: string, code: string, currency: Currency): bigint | undefined {
  if (code !== currency.code) return undefined
  const read = parseAmount(text, currency)
  return 'problem' in read ? undefined : read.minor
}

function describeOurs({ state, amount, currency }: OurPayout): string {
  return `${state} ${inWords(amount, currency)}`
}

function describeTheirs({ state, amount, currency }: ListedPayout): string {
  return `${state} ${amount} ${currency}`
}

function inWords(minor: bigint, { code, fraction }: Currency): string {
  return `${formatAmount(minor, fraction)} ${code}`
}
