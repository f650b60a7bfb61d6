/**
 * The bank's book, a fold over its journal: what was paid out, the accounts that it keeps, and what it still has to do.
 *
 * A reference is absent, then pending, confirmed or refused; pending becomes confirmed or refused; confirmed
 * may become returned. Nothing else moves: an event that would book a reference twice stops the bank.
 */
import type { BankEvent, Callback, Later } from './events.ts'
import { applyHeldEvent, emptyHeldBook, orderRequestOf } from './held-book.ts'
import type { HeldBook, OrderEvent } from './held-book.ts'
import type { OrderRequest } from './order-requests.ts'
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

export type Work = Later &
  (
    | { readonly subject: 'payout'; readonly request: PayoutRequest }
    | { readonly subject: 'order'; readonly request: OrderRequest }
  )
export type OwedCall = Callback & {
  readonly reference: string
  readonly at: string
  /** Of a call about an order: what it tells besides, and whom. */
  readonly currency?: string
  readonly url?: string
}

export type Book = {
  readonly entries: Map<string, Entry>
  /** By reference, in the order in which they were taken. */
  readonly times: Map<string, Times>
  readonly held: HeldBook
  /** By reference: what is due later. */
  readonly work: Map<string, Work>
  /** By event and whom it is for: calls that have not been taken yet. */
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
  return {
    entries: new Map(),
    times: new Map(),
    held: emptyHeldBook(),
    work: new Map(),
    owed: new Map(),
    tried: new Set(),
  }
}

export function applyEvent(book: Book, event: BankEvent): void {
  switch (event.kind) {
    case 'fault.met':
      book.tried.add(event.reference)
      return
    case 'callback.delivered':
      return settleCall(book, owedKey(event))
    case 'callback.abandoned':
      book.owed.delete(owedKey(event))
      return
    case 'request.delayed':
      return applyDelayed(book, { ...event.later, subject: 'payout', request: requestOf(event) })
    case 'order.delayed':
      return applyDelayed(book, { ...event.later, subject: 'order', request: orderRequestOf(event) })
    case 'order.pending':
    case 'order.confirmed':
    case 'order.refused':
      return applyOrder(book, event)
    case 'entry.booked':
    case 'rate.set':
    case 'calls.directed':
      return applyHeldEvent(book.held, event)
    case 'payout.pending':
    case 'payout.confirmed':
    case 'payout.refused':
    case 'payout.returned':
      return applyPayout(book, event)
  }
}

export function owedKey({
  eventId,
  url,
}: {
  readonly eventId: string
  readonly url?: string | undefined
}): string {
  return url === undefined ? eventId : `${eventId} ${url}`
}

/** A reference is a payout's or an order's, once. */
export function isTaken(book: Book, reference: string): boolean {
  return book.entries.has(reference) || book.held.orders.has(reference)
}

/** Of two equal requests on the wire the one that lands first counts. */
function applyDelayed(book: Book, work: Work): void {
  const { reference } = work.request
  const earlier = book.work.get(reference)
  if (isTaken(book, reference) || (earlier && earlier.dueAt <= work.dueAt)) return
  book.work.set(reference, work)
}

function applyOrder(book: Book, event: OrderEvent): void {
  const { reference, amount, currency, at } = event
  if (book.entries.has(reference))
    throw new Error(`the book cannot take an order for the payout ${reference}`)
  applyHeldEvent(book.held, event)
  book.work.delete(reference)
  if (event.kind === 'order.pending')
    book.work.set(reference, { ...event.later, subject: 'order', request: orderRequestOf(event) })
  else if (event.callback)
    for (const url of book.held.callTo) {
      const owed = { amount, ...event.callback, currency, reference, at, url }
      book.owed.set(owedKey(owed), owed)
    }
}

function applyPayout(book: Book, event: PayoutEvent): void {
  const before = book.entries.get(event.reference)?.status ?? 'absent'
  if (!ALLOWED_FROM[event.kind].includes(before)) {
    throw new Error(`the book cannot take ${event.kind} for ${event.reference}: it is ${before}`)
  }
  if (book.held.orders.has(event.reference))
    throw new Error(`the book cannot take a payout for the order ${event.reference}`)
  const request = requestOf(event)
  book.entries.set(event.reference, entryOf(request, event))
  const takenAt = book.times.get(event.reference)?.takenAt ?? event.at
  book.times.set(event.reference, { takenAt, changedAt: event.at })
  book.work.delete(event.reference)
  if ('later' in event && event.later)
    book.work.set(event.reference, { ...event.later, subject: 'payout', request })
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

function settleCall(book: Book, key: string): void {
  const owed = book.owed.get(key)
  if (owed && owed.times > 1) book.owed.set(key, { ...owed, times: owed.times - 1 })
  else book.owed.delete(key)
}
