import { z } from 'zod'
import type {
  ListedPayout,
  Payout,
  PayoutLookup,
  PayoutOutcome,
  PayoutPage,
  PlatformEvent,
  Sought,
} from '#domain/platforms/platform.ts'
import {
  OUTCOME_STATUS,
  absentIn,
  booked,
  confirmed,
  instant,
  pending,
  refused,
  text,
  unexpected,
  unknown,
} from './answers.ts'
import type { Answer } from './client.ts'

const returned = z.object({
  ...booked,
  status: z.literal('returned'),
  return: z.object({ returnReference: text, amount: text, currency: text, reason: text, at: instant }),
})

const outcome = z.discriminatedUnion('status', [confirmed, pending, refused])
const found = z.discriminatedUnion('status', [confirmed, pending, refused, returned])

/** Field by field: the bank refuses what it does not know. */
export function toRequest({ reference, amount, currency, creditor }: Payout) {
  const { fullName, iban, accountNumber, bic } = creditor
  return { reference, amount, currency, creditor: { fullName, iban, accountNumber, bic } }
}

/** Reads the answer to a send. Only a well-formed refusal of this very payout is a refusal. */
export function toOutcome(asked: Payout, answer: Answer): PayoutOutcome {
  if (answer.kind === 'no_answer') return unknown(answer.reason)
  if (answer.status === 409) return unknown('reference taken by another payout')
  const { data } = outcome.safeParse(answer.body)
  if (!data || OUTCOME_STATUS[data.status] !== answer.status) return unexpected(answer.status)
  return isAbout(asked, data) ? outcomeOf(data) : unknown('the answer is about another payout')
}

/** Reads the answer to a look-up. */
export function toLookup(sought: Sought, answer: Answer): PayoutLookup {
  if (answer.kind === 'no_answer') return unknown(answer.reason)
  const { data } = answer.status === 200 ? found.safeParse(answer.body) : absentIn(answer)
  if (!data) return unexpected(answer.status)
  if (data.reference !== sought.reference) return unknown('the answer is about another payout')
  if (data.status === 'absent') return { kind: 'absent' }
  if (!isAbout(sought, data)) return unknown('the reference belongs to another payout')
  if (data.status !== 'returned') return outcomeOf(data)
  if (data.return.currency !== data.currency) return unknown('the return is in another currency')
  return { kind: 'returned', platformReference: data.bankReference, at: data.bookedAt, returned: data.return }
}

const times = { takenAt: instant, changedAt: instant }
const listed = z.discriminatedUnion('status', [
  confirmed.extend(times),
  pending.extend(times),
  refused.extend(times),
  returned
    .extend(times)
    .refine((entry) => entry.return.currency === entry.currency, 'the return is in another currency'),
])
const page = z.object({ payouts: z.array(listed), next: text.nullable() })

/** Reads a page of the bank's book. One entry that cannot be read makes all of it unknown: nothing may be left out. */
export function toPage(answer: Answer): PayoutPage {
  if (answer.kind === 'no_answer') return unknown(answer.reason)
  const { data } = answer.status === 200 ? page.safeParse(answer.body) : { data: undefined }
  if (!data) return unexpected(answer.status)
  return { kind: 'listed', payouts: data.payouts.map(toListed), next: data.next }
}

function toListed(entry: z.infer<typeof listed>): ListedPayout {
  const { reference, amount, currency, status: state, takenAt, changedAt } = entry
  return {
    reference,
    amount,
    currency,
    state,
    platformReference: 'bankReference' in entry ? entry.bankReference : null,
    returnedAmount: entry.status === 'returned' ? entry.return.amount : null,
    takenAt,
    changedAt,
  }
}

const event = z.object({
  eventId: text,
  reference: text,
  type: z.enum(['payout.confirmed', 'payout.refused', 'payout.returned']),
})

export function toEvent(rawBody: string): PlatformEvent | undefined {
  try {
    return event.safeParse(JSON.parse(rawBody)).data
  } catch {
    return undefined
  }
}

function isAbout(sought: Sought, data: Sought): boolean {
  return (
    data.reference === sought.reference && data.amount === sought.amount && data.currency === sought.currency
  )
}

function outcomeOf(data: z.infer<typeof outcome>): PayoutOutcome {
  if (data.status === 'pending') return { kind: 'pending' }
  if (data.status === 'refused') return { kind: 'refused', reason: data.reason }
  return { kind: 'confirmed', platformReference: data.bankReference, at: data.bookedAt }
}
