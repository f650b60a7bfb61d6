import { stamp } from './bookkeeper.ts'
import type { Bookkeeper } from './bookkeeper.ts'
import { decideOrder } from './decide-order.ts'
import type { BankEvent } from './events.ts'
import { plainOf, unitsOf } from './exact.ts'
import type { FaultQueue } from './fault-queue.ts'
import { balanceAt } from './held-book.ts'
import type { AccountEntry, HeldOrder } from './held-book.ts'
import { isSameOrder } from './order-requests.ts'
import type { OrderRequest, OwnEntry } from './order-requests.ts'
import { pairOf } from './rates.ts'
import type { Rate } from './rates.ts'
import { createSender } from './send.ts'
import type { Reply } from './send.ts'

type OrderResult =
  | ({ readonly kind: 'taken'; readonly order: HeldOrder | undefined } & Reply)
  | { readonly kind: 'reference_taken' }

export type Place = { readonly account: string; readonly currency: string }

export type Accounts = {
  place(request: OrderRequest): Promise<OrderResult>
  find(reference: string): Promise<HeldOrder | undefined>
  hurry(reference: string): Promise<boolean>
  orders(): Promise<readonly HeldOrder[]>
  /** In the order in which they were booked. */
  entries(): Promise<readonly AccountEntry[]>
  /** Undefined where there has never been such an account. */
  balance(place: Place): Promise<string | undefined>
  /** The platform does something by itself; undefined where there is not so much. */
  enter(account: string, entry: OwnEntry): Promise<AccountEntry | undefined>
  rates(): readonly Rate[]
  setRate(rate: Rate): Promise<void>
  callTo(): readonly string[]
  direct(urls: readonly string[]): Promise<void>
}

/** The side of the bank that keeps balances. */
export function createAccounts(keeper: Bookkeeper, faults: FaultQueue): Accounts {
  const { held, entries: payouts } = keeper.book
  const send = createSender(keeper, faults)

  async function place(request: OrderRequest): Promise<OrderResult> {
    const { reference } = request
    const known = held.orders.get(reference)
    if (payouts.has(reference) || (known && !isSameOrder(known, request)))
      return settled({ kind: 'reference_taken' })
    const { entry: order, ...how } = await send({
      subject: 'order',
      request,
      decide: (mishap, now) => decideOrder(request, mishap, { held, stamp: now }),
      find: () => held.orders.get(reference),
    })
    return { kind: 'taken', order, ...how }
  }

  async function enter(account: string, entry: OwnEntry): Promise<AccountEntry | undefined> {
    const { currency, amount } = entry
    if (balanceAt(held, { account, currency }) + unitsOf(amount) < 0n) return settled(undefined)
    const { now, newId } = stamp()
    const at = now.toISOString()
    const written = keeper.record({ at, kind: 'entry.booked', reference: newId('sen'), account, ...entry })
    const booked = held.entries.at(-1)
    await written
    return booked
  }

  /** A setting is an event like any other, so that it is still so after a restart. */
  async function note(event: Extract<BankEvent, { kind: 'rate.set' | 'calls.directed' }>): Promise<void> {
    await keeper.record(event)
  }

  async function settled<Value>(value: Value): Promise<Value> {
    await keeper.settled()
    return value
  }

  return {
    place,
    enter,
    find: (reference) => settled(held.orders.get(reference)),
    hurry: (reference) => keeper.hurry(reference),
    orders: () => settled([...held.orders.values()]),
    entries: () => settled([...held.entries]),
    balance: (asked) =>
      settled(held.accounts.has(asked.account) ? plainOf(balanceAt(held, asked)) : undefined),
    rates: () => [...held.rates.values()],
    setRate: (rate) => note({ at: nowText(), kind: 'rate.set', reference: pairOf(rate), ...rate }),
    callTo: () => held.callTo,
    direct: (urls) => note({ at: nowText(), kind: 'calls.directed', reference: 'orders', urls: [...urls] }),
  }
}

function nowText(): string {
  return new Date().toISOString()
}
