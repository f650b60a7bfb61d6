/**
 * The bank's book, a fold over its journal.
 *
 * A reference is absent, then pending, confirmed or refused; pending becomes confirmed or refused; confirmed
 * may become returned. Nothing else moves: an event that would book a reference twice stops the bank.
 */
import type { BankEvent, Callback, Later } from './events.ts'
import type { PayoutRequest } from './requests.ts'

type Booked = { readonly bankReference: string; readonly bookedAt: string }
type Return = {
  readonly returnReference: string
  readonly amount: string
  readonly currency: string
  readonly reason: string
  readonly at: string
}

export type Entry = PayoutRequest &
  (
    | { readonly status: 'pending' }
    | { readonly status: 'refused'; readonly reason: string }
    | ({ readonly status: 'confirmed' } & Booked)
    | ({ readonly status: 'returned'; readonly return: Return } & Booked)
  )

/** When the bank took a payout, and when it last changed. */
export type Times = { readonly takenAt: string; readonly changedAt: string }

export type Work = Later & { readonly request: PayoutRequest }
export type OwedCall = Callback & { readonly reference: string; readonly at: string }

export type Book = {
  readonly entries: Map<string, Entry>
  /** By reference, in the order in which they were taken. */
  readonly times: Map<string, Times>
  /** By reference: what is due later. */
  readonly work: Map<string, Work>
  /** By event id: calls that the customer has not taken yet. */
  readonly owed: Map<string, OwedCall>
  /** References that have met a fault. */
  readonly tried: Set<string>
}

type PayoutEvent = Extract<BankEvent, { kind: `payout.${string}` }>
type Before = Entry['status'] | 'absent'

const ALLOWED_FROM: Readonly<Record<PayoutEvent['kind'], readonly Before[]>> = {
  'payout.pending': ['absent'],
  'payout.confirmed': ['absent', 'pending'],
  'payout.refused': ['absent', 'pending'],
  'payout.returned': ['confirmed'],
}

export function emptyBook(): Book {
  return { entries: new Map(), times: new Map(), work: new Map(), owed: new Map(), tried: new Set() }
}

export function applyEvent(book: Book, event: BankEvent): void {
  if (event.kind === 'fault.met') book.tried.add(event.reference)
  else if (event.kind === 'callback.delivered') settleCall(book, event.eventId)
  else if (event.kind === 'callback.abandoned') book.owed.delete(event.eventId)
  else if (event.kind === 'request.delayed') applyDelayed(book, event)
  else applyPayout(book, event)
}

/** Of two equal requests on the wire the one that lands first counts. */
function applyDelayed(book: Book, event: Extract<BankEvent, { kind: 'request.delayed' }>): void {
  const earlier = book.work.get(event.reference)
  if (book.entries.has(event.reference) || (earlier && earlier.dueAt <= event.later.dueAt)) return
  book.work.set(event.reference, { ...event.later, request: requestOf(event) })
}

function applyPayout(book: Book, event: PayoutEvent): void {
  const before = book.entries.get(event.reference)?.status ?? 'absent'
  if (!ALLOWED_FROM[event.kind].includes(before)) {
    throw new Error(`the book cannot take ${event.kind} for ${event.reference}: it is ${before}`)
  }
  const request = requestOf(event)
  book.entries.set(event.reference, entryOf(request, event))
  const takenAt = book.times.get(event.reference)?.takenAt ?? event.at
  book.times.set(event.reference, { takenAt, changedAt: event.at })
  book.work.delete(event.reference)
  if ('later' in event && event.later) book.work.set(event.reference, { ...event.later, request })
  if ('callback' in event && event.callback) {
    book.owed.set(event.callback.eventId, { ...event.callback, reference: event.reference, at: event.at })
  }
}

function entryOf(request: PayoutRequest, event: PayoutEvent): Entry {
  const { at } = event
  if (event.kind === 'payout.pending') return { ...request, status: 'pending' }
  if (event.kind === 'payout.refused') return { ...request, status: 'refused', reason: event.reason }
  const { bankReference } = event
  if (event.kind === 'payout.confirmed')
    return { ...request, status: 'confirmed', bankReference, bookedAt: at }
  const { bookedAt, amount, currency, returnReference, reason } = event
  return {
    ...request,
    status: 'returned',
    bankReference,
    bookedAt,
    return: { returnReference, amount, currency, reason, at },
  }
}

function requestOf({ reference, amount, currency, creditor }: PayoutRequest): PayoutRequest {
  return { reference, amount, currency, creditor }
}

function settleCall(book: Book, eventId: string): void {
  const owed = book.owed.get(eventId)
  if (owed && owed.times > 1) book.owed.set(eventId, { ...owed, times: owed.times - 1 })
  else book.owed.delete(eventId)
}
