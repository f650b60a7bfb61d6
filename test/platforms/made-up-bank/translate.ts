import { z } from 'zod'
import type {
  Connection,
  EntryPage,
  HeldBalance,
  Order,
  OrderLookup,
  OrderOutcome,
  Place,
} from '#domain/platforms/holding-platform.ts'
import type { ExactAnswer } from '#integrations/platforms/exact-answer.ts'
import { decimal, negatedDecimal, sumOfDecimals } from '#integrations/platforms/exact-decimal.ts'

const text = z.string().min(1).max(200)
const place = z.object({ account: text, currency: text })
const movement = place.extend({
  number: text,
  reference: text.nullable(),
  amount: decimal,
  state: z.enum(['booked', 'pending', 'refused']),
  at: z.iso.datetime(),
  why: text,
})
type Movement = z.output<typeof movement>

/** Signed: the bank has one kind of movement. */
export function toMovement({ reference, account, currency, ...order }: Order) {
  return { reference, account, currency, amount: signed(order) }
}

function signed({ type, amount }: Pick<Order, 'type' | 'amount'>): string {
  return type === 'withdrawal' ? negatedDecimal(amount) : sumOfDecimals([amount])
}

/** 201: it is this one, new or known. All else, other than being turned away at the door, leaves the question open. */
export function toOutcome(asked: Order, answer: ExactAnswer): OrderOutcome {
  if (answer.kind === 'not_sent') return answer
  if (answer.kind === 'no_answer') return unknown(answer.reason)
  if (answer.status === 401) return { kind: 'not_sent', reason: 'the key is not accepted' }
  const { data } = movement.safeParse(answer.status === 201 ? answer.body : undefined)
  return data ? outcomeOf(asked, data) : unexpected(answer.status)
}

const absent = z.object({ reference: text, state: z.literal('never_seen') })

export function toLookup(asked: Order, answer: ExactAnswer): OrderLookup {
  if (answer.kind !== 'answered') return unknown(answer.reason)
  if (answer.status === 404) {
    const isAbsent = absent.safeParse(answer.body).data?.reference === asked.reference
    return isAbsent ? { kind: 'absent' } : unexpected(404)
  }
  const { data } = movement.safeParse(answer.status === 200 ? answer.body : undefined)
  return data ? outcomeOf(asked, data) : unexpected(answer.status)
}

function outcomeOf(asked: Order, data: Movement): Exclude<OrderOutcome, { kind: 'not_sent' }> {
  const isIt = data.reference === asked.reference && data.amount === signed(asked) && isAt(asked, data)
  if (!isIt) return unknown('the answer is about another order')
  if (data.state === 'pending') return { kind: 'pending' }
  if (data.state === 'refused') return { kind: 'refused', reason: data.why }
  return { kind: 'confirmed', platformReference: data.number, at: data.at }
}

const balance = place.extend({ balance: decimal })
const noAccount = z.object({ account: text, state: z.literal('never_seen') })

function isNoAccount({ account }: Place, { status, body }: { status: number; body: unknown }): boolean {
  return status === 404 && noAccount.safeParse(body).data?.account === account
}

export function toBalance(asked: Place, answer: ExactAnswer): HeldBalance {
  if (answer.kind !== 'answered') return unknown(answer.reason)
  if (isNoAccount(asked, answer)) return { kind: 'no_such_account' }
  const { data } = balance.safeParse(answer.status === 200 ? answer.body : undefined)
  return data && isAt(asked, data) ? { kind: 'known', balance: data.balance } : unexpected(answer.status)
}

const page = z.object({ movements: z.array(movement).max(1_000), after: text.nullable() })

export function toPage(asked: Place, answer: ExactAnswer): EntryPage {
  if (answer.kind !== 'answered') return unknown(answer.reason)
  if (isNoAccount(asked, answer)) return { kind: 'listed', entries: [], next: null }
  const { data } = page.safeParse(answer.status === 200 ? answer.body : undefined)
  if (!data?.movements.every((one) => one.state === 'booked' && isAt(asked, one)))
    return unexpected(answer.status)
  return {
    kind: 'listed',
    entries: data.movements.map(({ number, reference, amount, at, why }) => ({
      entryId: number,
      reference,
      amount,
      at,
      what: why,
    })),
    next: data.after,
  }
}

export function toConnection(answer: ExactAnswer): Connection {
  if (answer.kind !== 'answered') return unknown(answer.reason)
  if (answer.status === 401) return { kind: 'refused', reason: 'the key is not accepted' }
  return answer.status === 200 ? { kind: 'ok' } : unexpected(answer.status)
}

function isAt(asked: Place, data: Place): boolean {
  return data.account === asked.account && data.currency === asked.currency
}

function unexpected(status: number): { kind: 'unknown'; reason: string } {
  return unknown(`unexpected answer: ${status}`)
}

function unknown(reason: string): { kind: 'unknown'; reason: string } {
  return { kind: 'unknown', reason }
}
