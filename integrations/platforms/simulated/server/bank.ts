import type { Entry, Times } from './book.ts'
import { stamp } from './bookkeeper.ts'
import type { Bookkeeper } from './bookkeeper.ts'
import { decidePayout, decideReturn } from './decide.ts'
import type { BankEvent } from './events.ts'
import type { FaultQueue } from './fault-queue.ts'
import { isSameRequest } from './requests.ts'
import type { PayoutRequest } from './requests.ts'
import { createSender } from './send.ts'
import type { Reply } from './send.ts'

type PayoutResult =
  | ({ readonly kind: 'taken'; readonly entry: Entry | undefined } & Reply)
  | { readonly kind: 'reference_taken' }

export type Bank = {
  pay(request: PayoutRequest): Promise<PayoutResult>
  find(reference: string): Promise<Entry | undefined>
  list(): Promise<readonly Entry[]>
  /** In the order in which they were taken. */
  listWithTimes(): Promise<readonly (Entry & Times)[]>
  /** A person at the bank sends the money back. Twice is once; what is not confirmed stays as it is. */
  giveBack(reference: string, reason: string): Promise<Entry | undefined>
  /** Nobody waits for the delay any more; false where nothing was due. */
  hurry(reference: string): Promise<boolean>
}

/** The side of the bank that pays out. */
export function createBank(keeper: Bookkeeper, faults: FaultQueue): Bank {
  const { book } = keeper
  const send = createSender(keeper, faults)

  async function pay(request: PayoutRequest): Promise<PayoutResult> {
    const { reference } = request
    const known = book.entries.get(reference)
    if (book.held.orders.has(reference) || (known && !isSameRequest(known, request)))
      return settled({ kind: 'reference_taken' })
    const sent = await send({
      subject: 'payout',
      request,
      decide: (mishap, now) => decidePayout(request, mishap, now),
      find: () => book.entries.get(reference),
    })
    return { kind: 'taken', ...sent }
  }

  function giveBack(reference: string, reason: string): Promise<Entry | undefined> {
    const entry = book.entries.get(reference)
    return entry?.status === 'confirmed'
      ? returnNow(reference, decideReturn(entry, reason, stamp()))
      : settled(entry)
  }

  async function returnNow(reference: string, event: BankEvent): Promise<Entry | undefined> {
    const written = keeper.record(event)
    const entry = book.entries.get(reference)
    await written
    keeper.follow(event)
    return entry
  }

  function withTimes([reference, times]: [string, Times]): (Entry & Times)[] {
    const entry = book.entries.get(reference)
    return entry ? [{ ...entry, ...times }] : []
  }

  async function settled<Value>(value: Value): Promise<Value> {
    await keeper.settled()
    return value
  }

  return {
    pay,
    giveBack,
    hurry: (reference) => keeper.hurry(reference),
    find: (reference) => settled(book.entries.get(reference)),
    list: () => settled([...book.entries.values()]),
    listWithTimes: () => settled([...book.times].flatMap(withTimes)),
  }
}
