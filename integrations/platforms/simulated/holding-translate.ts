import { z } from 'zod'
import type {
  Connection,
  EntryPage,
  HeldBalance,
  HeldEvent,
  Order,
  OrderLookup,
  OrderOutcome,
  Place,
} from '#domain/platforms/holding-platform.ts'
import { ORDER_TYPES } from '#domain/platforms/holding-platform.ts'
import {
  OUTCOME_STATUS,
  absentIn,
  confirmed,
  instant,
  pending,
  refused,
  text,
  unexpected,
  unknown,
} from './answers.ts'
import { readJson } from './client.ts'
import type { HoldingAnswer } from './holding-client.ts'

const PLAIN = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/

const place = z.object({ account: text, currency: text })
const plain = text.regex(PLAIN)
const facts = { type: z.enum(ORDER_TYPES), account: text, buy: place.optional() }
const outcome = z.discriminatedUnion('status', [
  confirmed.extend({ ...facts, bought: plain.optional() }),
  pending.extend(facts),
  refused.extend(facts),
])
type Outcome = z.infer<typeof outcome>

/** Field by field: the bank refuses what it does not know. */
export function toOrder({ reference, type, account, currency, amount, buy, destination }: Order) {
  return {
    reference,
    type,
    account,
    currency,
    amount,
    ...(buy && { buy: { account: buy.account, currency: buy.currency } }),
    ...(destination && { destination: { network: destination.network, address: destination.address } }),
  }
}

/** Reads the answer to a send. Only a well-formed refusal of this very order is a refusal. */
export function toOrderOutcome(asked: Order, answer: HoldingAnswer): OrderOutcome {
  if (answer.kind === 'not_sent') return answer
  if (answer.kind === 'no_answer') return unknown(answer.reason)
  if (answer.status === 409) return unknown('reference taken by another order')
  const { data } = outcome.safeParse(answer.body)
  if (!data || OUTCOME_STATUS[data.status] !== answer.status) return unexpected(answer.status)
  return isAbout(asked, data) ? outcomeOf(data) : unknown('the answer is about another order')
}

/** Reads the answer to a look-up. */
export function toOrderLookup(asked: Order, answer: HoldingAnswer): OrderLookup {
  if (answer.kind !== 'answered') return unknown(answer.reason)
  const { data } = answer.status === 200 ? outcome.safeParse(answer.body) : absentIn(answer)
  if (!data) return unexpected(answer.status)
  if (data.reference !== asked.reference) return unknown('the answer is about another order')
  if (data.status === 'absent') return { kind: 'absent' }
  return isAbout(asked, data) ? outcomeOf(data) : unknown('the reference belongs to another order')
}

const balance = place.extend({ balance: plain })
const noAccount = z.object({ account: text, status: z.literal('absent') })

export function toBalance(asked: Place, answer: HoldingAnswer): HeldBalance {
  if (answer.kind !== 'answered') return unknown(answer.reason)
  if (isNoAccount(asked, answer)) return { kind: 'no_such_account' }
  const { data } = answer.status === 200 ? balance.safeParse(answer.body) : { data: undefined }
  if (!data) return unexpected(answer.status)
  return isAt(asked, data)
    ? { kind: 'known', balance: data.balance }
    : unknown('the answer is about another place')
}

const entry = z.object({
  entryId: text,
  reference: text.nullable(),
  account: text,
  currency: text,
  amount: plain,
  at: instant,
  what: text,
})
const page = place.extend({ entries: z.array(entry), next: text.nullable() })

/** One entry that cannot be read, or is of another place, makes all of it unknown: nothing may be left out. */
export function toEntryPage(asked: Place, answer: HoldingAnswer): EntryPage {
  if (answer.kind !== 'answered') return unknown(answer.reason)
  // An account that never was has moved nothing.
  if (isNoAccount(asked, answer)) return { kind: 'listed', entries: [], next: null }
  const { data } = answer.status === 200 ? page.safeParse(answer.body) : { data: undefined }
  if (!data) return unexpected(answer.status)
  if (![data, ...data.entries].every((one) => isAt(asked, one)))
    return unknown('the answer is about another place')
  const entries = data.entries.map(({ entryId, reference, amount, at, what }) => ({
    entryId,
    reference,
    amount,
    at,
    what,
  }))
  return { kind: 'listed', entries, next: data.next }
}

const pong = z.object({ status: z.literal('ok') })

export function toConnection(answer: HoldingAnswer): Connection {
  if (answer.kind !== 'answered') return unknown(answer.reason)
  const { status, body } = answer
  if (status === 401 || status === 403) return { kind: 'refused', reason: 'the key is not accepted' }
  return status === 200 && pong.safeParse(body).success ? { kind: 'ok' } : unexpected(status)
}

const event = z.object({
  eventId: text,
  reference: text,
  type: z.enum(['order.confirmed', 'order.refused']),
  amount: text,
  currency: text,
})

export function toHeldEvent(rawBody: string): HeldEvent | undefined {
  return event.safeParse(readJson(rawBody)).data
}

function isAbout(asked: Order, data: Outcome): boolean {
  return (
    data.reference === asked.reference &&
    data.type === asked.type &&
    data.amount === asked.amount &&
    isAt(asked, data) &&
    (asked.buy ? data.buy !== undefined && isAt(asked.buy, data.buy) : data.buy === undefined)
  )
}

function isAt(asked: Place, data: Place): boolean {
  return data.account === asked.account && data.currency === asked.currency
}

function isNoAccount({ account }: Place, { status, body }: { status: number; body: unknown }): boolean {
  return status === 404 && noAccount.safeParse(body).data?.account === account
}

/** A trade that does not say what was bought is not yet known. */
function outcomeOf(data: Outcome): Exclude<OrderOutcome, { kind: 'not_sent' }> {
  if (data.status === 'pending') return { kind: 'pending' }
  if (data.status === 'refused') return { kind: 'refused', reason: data.reason }
  const { bankReference: platformReference, bookedAt: at, bought } = data
  if ((data.type === 'trade') !== (bought !== undefined)) return unknown('a trade has to say what was bought')
  return { kind: 'confirmed', platformReference, at, ...(bought !== undefined && { bought }) }
}
