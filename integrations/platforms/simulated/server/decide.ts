import type { Entry, Work } from './book.ts'
import type { BankEvent, Callback, Later } from './events.ts'
import { plainOf, unitsOf } from './exact.ts'
import { NO_FAULT, PLANS } from './faults.ts'
import type { Becomes, PlannedCalls, Subject } from './faults.ts'
import type { FaultOrder, PayoutRequest } from './requests.ts'

/** The fault that this payout meets, from an order or from its amount. */
export type Mishap = Pick<FaultOrder, 'fault' | 'delayMs' | 'reason'>
export type Stamp = { readonly now: Date; readonly newId: (prefix: string) => string }

const REASON = {
  refused: 'creditor_account_closed',
  returned: 'creditor_account_closed',
  confirmed: 'settled',
}

/** What the book says of a payout that it has not seen before; undefined where nothing is to be booked. */
export function decidePayout(
  request: PayoutRequest,
  mishap: Mishap | undefined,
  stamp: Stamp,
): BankEvent | undefined {
  const { books, becomes, calls } = mishap ? PLANS[mishap.fault] : NO_FAULT
  if (books === 'nothing') return undefined
  const facts = { at: stamp.now.toISOString(), ...request }
  if (books === 'refused')
    return { kind: 'payout.refused', ...facts, reason: mishap?.reason ?? REASON.refused }
  const later = laterOf(becomes ?? 'confirmed', mishap, stamp)
  if (books === 'late') return { kind: 'request.delayed', ...facts, later }
  if (books === 'pending') return { kind: 'payout.pending', ...facts, later }
  return {
    kind: 'payout.confirmed',
    ...facts,
    bankReference: stamp.newId('sbk'),
    ...(becomes && { later }),
    ...(calls && { callback: callbackOf({ subject: 'payout', request, calls, mishap }, stamp) }),
  }
}

export function laterOf(becomes: Becomes, mishap: Mishap | undefined, stamp: Stamp): Later {
  return { becomes, dueAt: dueAfter(mishap, stamp), reason: mishap?.reason ?? REASON[becomes] }
}

/** What was due has come. A late request just lands: whoever sent it was never answered, and is not called either. */
export function decideDue(
  { request, becomes, reason }: Extract<Work, { subject: 'payout' }>,
  entry: Entry | undefined,
  stamp: Stamp,
): BankEvent {
  const at = stamp.now.toISOString()
  if (becomes === 'returned') return decideReturn(entry, reason, stamp)
  if (becomes === 'refused') {
    return { at, kind: 'payout.refused', ...request, reason, callback: call('payout.refused', stamp) }
  }
  return {
    at,
    kind: 'payout.confirmed',
    ...request,
    bankReference: stamp.newId('sbk'),
    ...(entry && { callback: call('payout.confirmed', stamp) }),
  }
}

/** @throws where the payout is not confirmed: the caller looks before it asks. */
export function decideReturn(entry: Entry | undefined, reason: string, stamp: Stamp): BankEvent {
  if (entry?.status !== 'confirmed') throw new Error('only a confirmed payout can be returned')
  const { status: _, ...facts } = entry
  return {
    at: stamp.now.toISOString(),
    kind: 'payout.returned',
    ...facts,
    returnReference: stamp.newId('srt'),
    reason,
    callback: call('payout.returned', stamp),
  }
}

function call(type: Callback['type'], stamp: Stamp): Callback {
  return { eventId: stamp.newId('sev'), type, times: 1 }
}

type Called = {
  readonly subject: Subject
  readonly request: { readonly amount: string }
  readonly calls: PlannedCalls
  readonly mishap?: Mishap | undefined
}

/** A call as the plan wants it, odd where the plan is. */
export function callbackOf({ subject, request, calls, mishap }: Called, stamp: Stamp): Callback {
  const { says, times, odd } = calls
  return {
    eventId: stamp.newId('sev'),
    type: `${subject}.${says}`,
    times,
    ...(odd === 'late' && { dueAt: dueAfter(mishap, stamp) }),
    ...(odd === 'other_amount' && { amount: plainOf(unitsOf(request.amount) + unitsOf('1')) }),
    ...(odd === 'unknown_reference' && { about: stamp.newId('op') }),
    ...(odd === 'forged' && { forged: true as const }),
  }
}

function dueAfter(mishap: Mishap | undefined, { now }: Stamp): string {
  return new Date(now.getTime() + (mishap?.delayMs ?? 0)).toISOString()
}
