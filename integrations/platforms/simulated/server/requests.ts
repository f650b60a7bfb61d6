import { z } from 'zod'
import { AMOUNT_DIGITS_MAX } from '#domain/money.ts'
import { FAULTS } from './faults.ts'

const PLAIN_DECIMAL = /^(?:0|[1-9][0-9]*)(?:\.[0-9]{1,18})?$/
const REASON_LENGTH_MAX = 200
const WEEK_MS = 7 * 24 * 3_600_000

export const reference = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/, 'must be 1 to 100 of A-Z a-z 0-9 . _ : / -')
export const amount = z
  .string()
  .regex(PLAIN_DECIMAL, { error: 'must be a plain decimal', abort: true })
  .refine((text) => /[1-9]/.test(text), 'must be more than zero')
  .refine(
    (text) => text.replace('.', '').replace(/^0+/, '').length <= AMOUNT_DIGITS_MAX,
    `must have at most ${AMOUNT_DIGITS_MAX} digits`,
  )
export const currency = z.string().regex(/^[A-Za-z0-9._-]{1,32}$/, 'must be a currency code')
export const page = z
  .string()
  .regex(/^[0-9]{1,9}$/, 'must be what the page before named')
  .default('0')
const reason = z.string().min(1).max(REASON_LENGTH_MAX)
// Account numbers are not checked for their format: a sandbox is paid from with made-up ones.
const accountNumber = z.string().min(1).max(64).optional()

/** What a customer of the bank sends to have money paid out. */
export const payoutRequest = z.strictObject({
  reference,
  amount,
  currency,
  creditor: z.strictObject({
    fullName: z.string().min(1).max(500),
    iban: accountNumber,
    accountNumber,
    bic: accountNumber,
  }),
})
export type PayoutRequest = z.infer<typeof payoutRequest>

export const returnRequest = z.strictObject({ reason: reason.default('returned_by_the_bank') })

/** Without a reference or an amount it is for whichever payout, order or question comes next. */
export const faultOrder = z.strictObject({
  fault: z.enum(FAULTS),
  reference: reference.optional(),
  amount: amount.optional(),
  times: z.int().min(1).max(100_000).default(1),
  delayMs: z.int().min(0).max(WEEK_MS).default(1_000),
  reason: reason.optional(),
})
export type FaultOrder = z.infer<typeof faultOrder>

/** A page of the book: what was taken in [from, to). */
export const bookQuery = z.strictObject({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  page,
})

export function isSameRequest(one: PayoutRequest, other: PayoutRequest): boolean {
  return facts(one) === facts(other)
}

function facts({ reference: own, amount: sum, currency: unit, creditor }: PayoutRequest): string {
  const { fullName, iban = null, accountNumber: number = null, bic = null } = creditor
  return JSON.stringify([own, sum, unit, fullName, iban, number, bic])
}
