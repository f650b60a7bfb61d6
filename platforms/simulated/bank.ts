import type { Entry, Times } from './book.ts'
import { stamp } from './bookkeeper.ts'
import type { Bookkeeper } from './bookkeeper.ts'
import { decidePayout, decideReturn } from './decide.ts'
import type { Mishap } from './decide.ts'
import type { BankEvent } from './events.ts'
import type { FaultQueue } from './fault-queue.ts'
import { MAGIC_DELAY_MS, NO_FAULT, PLANS, magicFault } from './faults.ts'
import type { Plan } from './faults.ts'
import { isSameRequest } from './requests.ts'
import type { PayoutRequest } from './requests.ts'

type PayoutResult =
  | { readonly kind: 'taken'; readonly entry: Entry | undefined; readonly answers: Plan['answers'] }
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

/**
 * Every decision is taken and entered in one synchronous step, so two equal requests cannot both be new; every
 * answer then waits for the journal, so nothing is said that a restart would forget.
 */
export function createBank(keeper: Bookkeeper, faults: FaultQueue): Bank {
  const { book } = keeper

  function mishapOf(request: PayoutRequest, known: boolean): Mishap | undefined {
    const order = faults.takeForPayout(request, known)
    if (order) return order
    const fault = known || book.tried.has(request.reference) ? undefined : magicFault(request.amount)
    return fault && { fault, delayMs: MAGIC_DELAY_MS, reason: undefined }
  }

  async function pay(request: PayoutRequest): Promise<PayoutResult> {
    const { reference } = request
    const known = book.entries.get(reference)
    if (known && !isSameRequest(known, request)) return settled({ kind: 'reference_taken' })

    const mishap = mishapOf(request, known !== undefined)
    const plan = mishap ? PLANS[mishap.fault] : NO_FAULT
    const { now, newId } = stamp()
    const met =
      mishap && ({ at: now.toISOString(), kind: 'fault.met', reference, fault: mishap.fault } as const)
    const event = known ? undefined : decidePayout(request, mishap, { now, newId })
    const written = [met, event].filter((one) => one !== undefined).map((one) => keeper.record(one))
    const entry = book.entries.get(reference)
    await Promise.all(written)

    if (event) await startWork(event, plan)
    return settled({ kind: 'taken', entry, answers: plan.answers })
  }

  async function startWork(event: BankEvent, plan: Plan): Promise<void> {
    if (plan.calls?.early) await keeper.callEarly(event)
    keeper.follow(event)
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
