/**
 * The accounts that the bank keeps, a fold over its journal.
 *
 * An order is absent, then pending, confirmed or refused; pending becomes confirmed or refused, and then it stays. Only
 * what is confirmed makes entries, and a balance is the sum of its entries, never less than zero. An event that would
 * book a reference twice, or take more than there is, stops the bank.
 */
import type { BankEvent } from './events.ts'
import { plainOf, unitsOf } from './exact.ts'
import type { OrderRequest } from './order-requests.ts'
import { RATES_AT_FIRST, pairOf } from './rates.ts'
import type { Rate } from './rates.ts'

export type HeldOrder = OrderRequest &
  (
    | { readonly status: 'pending' }
    | { readonly status: 'refused'; readonly reason: string }
    | {
        readonly status: 'confirmed'
        readonly bankReference: string
        readonly bookedAt: string
        readonly bought?: string
      }
  )

export type AccountEntry = {
  readonly entryId: string
  /** The customer's; null where the bank did it by itself. */
  readonly reference: string | null
  readonly account: string
  readonly currency: string
  readonly amount: string
  readonly at: string
  readonly what: string
}

type Place = { readonly account: string; readonly currency: string }

export type HeldBook = {
  readonly orders: Map<string, HeldOrder>
  /** In the order in which they were booked. */
  readonly entries: AccountEntry[]
  readonly accounts: Set<string>
  /** By place, in units of eighteen decimals. */
  readonly balances: Map<string, bigint>
  /** By pair. */
  readonly rates: Map<string, Rate>
  /** Who is called about orders. */
  callTo: readonly string[]
}

export type OrderEvent = Extract<BankEvent, { kind: 'order.pending' | 'order.confirmed' | 'order.refused' }>
type HeldEvent = OrderEvent | Extract<BankEvent, { kind: 'entry.booked' | 'rate.set' | 'calls.directed' }>

export function emptyHeldBook(): HeldBook {
  return {
    orders: new Map(),
    entries: [],
    accounts: new Set(),
    balances: new Map(),
    rates: new Map(RATES_AT_FIRST.map((rate) => [pairOf(rate), rate])),
    callTo: [],
  }
}

export function balanceAt(held: HeldBook, place: Place): bigint {
  return held.balances.get(keyOf(place)) ?? 0n
}

export function applyHeldEvent(held: HeldBook, event: HeldEvent): void {
  if (event.kind === 'entry.booked') book(held, ownEntryOf(event))
  else if (event.kind === 'rate.set') held.rates.set(pairOf(event), rateOf(event))
  else if (event.kind === 'calls.directed') held.callTo = event.urls
  else applyOrder(held, event)
}

function applyOrder(held: HeldBook, event: OrderEvent): void {
  const { reference } = event
  const before = held.orders.get(reference)?.status ?? 'absent'
  if (before !== 'absent' && (before !== 'pending' || event.kind === 'order.pending'))
    throw new Error(`the book cannot take ${event.kind} for ${reference}: it is ${before}`)
  for (const entry of entriesOf(event)) book(held, entry)
  held.orders.set(reference, orderOf(event))
}

function book(held: HeldBook, entry: AccountEntry): void {
  const balance = balanceAt(held, entry) + unitsOf(entry.amount)
  if (balance < 0n) throw new Error(`the book cannot take ${entry.entryId}: there is not so much`)
  held.balances.set(keyOf(entry), balance)
  held.accounts.add(entry.account)
  held.entries.push(entry)
}

function entriesOf(event: OrderEvent): AccountEntry[] {
  if (event.kind !== 'order.confirmed') return []
  const { bankReference, reference, type, account, currency, amount, buy, bought, at } = event
  const own = { reference, at, what: type }
  const moved = plainOf(type === 'deposit' ? unitsOf(amount) : -unitsOf(amount))
  const entry = { entryId: bankReference, ...own, account, currency, amount: moved }
  return buy && bought !== undefined
    ? [entry, { entryId: `${bankReference}-bought`, ...own, ...buy, amount: bought }]
    : [entry]
}

function ownEntryOf({
  reference,
  account,
  currency,
  amount,
  at,
  what,
}: Extract<HeldEvent, { kind: 'entry.booked' }>) {
  return {
    entryId: reference,
    reference: null,
    account,
    currency,
    amount: plainOf(unitsOf(amount)),
    at,
    what,
  }
}

function rateOf({ sell, buy, rate, decimals }: Rate): Rate {
  return { sell, buy, rate, decimals }
}

function orderOf(event: OrderEvent): HeldOrder {
  const request = orderRequestOf(event)
  if (event.kind === 'order.pending') return { ...request, status: 'pending' }
  if (event.kind === 'order.refused') return { ...request, status: 'refused', reason: event.reason }
  const { bankReference, at: bookedAt, bought } = event
  return { ...request, status: 'confirmed', bankReference, bookedAt, ...(bought !== undefined && { bought }) }
}

export function orderRequestOf({
  reference,
  type,
  account,
  currency,
  amount,
  ...more
}: OrderRequest): OrderRequest {
  const { buy, destination } = more
  return {
    reference,
    type,
    account,
    currency,
    amount,
    ...(buy && { buy }),
    ...(destination && { destination }),
  }
}

/** Neither name can hold a slash. */
function keyOf({ account, currency }: Place): string {
  return `${account}/${currency}`
}
