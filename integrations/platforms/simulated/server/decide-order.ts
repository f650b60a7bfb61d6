import type { Work } from './book.ts'
import { callbackOf, laterOf } from './decide.ts'
import type { Mishap, Stamp } from './decide.ts'
import type { BankEvent, Callback } from './events.ts'
import { plainOf, unitsOf } from './exact.ts'
import { NO_FAULT, PLANS } from './faults.ts'
import { balanceAt } from './held-book.ts'
import type { HeldBook } from './held-book.ts'
import type { OrderRequest } from './order-requests.ts'
import { boughtFor, pairOf } from './rates.ts'

type Deciding = { readonly held: HeldBook; readonly stamp: Stamp }

const REASON = 'refused_by_the_platform'

/** What the book says of an order that it has not seen before; undefined where nothing is to be booked. */
export function decideOrder(
  request: OrderRequest,
  mishap: Mishap | undefined,
  deciding: Deciding,
): BankEvent | undefined {
  const { books, becomes = 'confirmed', calls } = mishap ? PLANS[mishap.fault] : NO_FAULT
  if (books === 'nothing') return undefined
  const { stamp } = deciding
  const facts = { at: stamp.now.toISOString(), ...request }
  if (books === 'refused') return { kind: 'order.refused', ...facts, reason: mishap?.reason ?? REASON }
  const later = laterOf(becomes, mishap, stamp)
  if (books === 'late') return { kind: 'order.delayed', ...facts, later }
  if (books === 'pending') return { kind: 'order.pending', ...facts, later }
  return settled(request, deciding, calls && callbackOf({ subject: 'order', request, calls, mishap }, stamp))
}

/** What was due has come; whether there is enough is looked at now. A late request is not called about. */
export function decideOrderDue({ request, becomes, reason }: OrderWork, deciding: Deciding): BankEvent {
  const { held, stamp } = deciding
  const calls = { says: becomes === 'refused' ? 'refused' : 'confirmed', times: 1 } as const
  const callback = held.orders.has(request.reference)
    ? callbackOf({ subject: 'order', request, calls }, stamp)
    : undefined
  return becomes === 'refused'
    ? refused(request, { reason, callback }, stamp)
    : settled(request, deciding, callback)
}

type OrderWork = Extract<Work, { subject: 'order' }>

function settled(
  request: OrderRequest,
  { held, stamp }: Deciding,
  callback: Callback | undefined,
): BankEvent {
  const verdict = verdictOn(request, held)
  if ('reason' in verdict) {
    const told = callback && { ...callback, type: 'order.refused' as const }
    return refused(request, { reason: verdict.reason, callback: told }, stamp)
  }
  return {
    kind: 'order.confirmed',
    at: stamp.now.toISOString(),
    ...request,
    bankReference: stamp.newId('sor'),
    ...verdict,
    ...(callback && { callback }),
  }
}

function refused(
  request: OrderRequest,
  { reason, callback }: { reason: string; callback: Callback | undefined },
  { now }: Stamp,
): BankEvent {
  return { kind: 'order.refused', at: now.toISOString(), ...request, reason, ...(callback && { callback }) }
}

/** Why not, or what is bought. */
function verdictOn(request: OrderRequest, held: HeldBook): { reason: string } | { bought?: string } {
  const { type, account, currency, amount, buy } = request
  if (type === 'deposit') return {}
  if (!held.accounts.has(account)) return { reason: 'no_such_account' }
  if (balanceAt(held, { account, currency }) < unitsOf(amount)) return { reason: 'insufficient_funds' }
  if (!buy) return {}
  const rate = held.rates.get(pairOf({ sell: currency, buy: buy.currency }))
  if (!rate) return { reason: 'unknown_pair' }
  const bought = boughtFor(amount, rate)
  return bought === 0n ? { reason: 'amount_too_small' } : { bought: plainOf(bought) }
}
