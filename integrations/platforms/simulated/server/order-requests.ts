import { z } from 'zod'
import { ORDER_TYPES } from '#domain/platforms/holding-platform.ts'
import { DECIMALS_MAX } from './exact.ts'
import { amount, currency, page, reference } from './requests.ts'

const CALLED_MAX = 20

export const accountName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ : @ -')
const place = { account: accountName, currency }

/** What a customer sends to have the balance at one place moved. */
export const orderRequest = z
  .strictObject({
    reference,
    type: z.enum(ORDER_TYPES),
    ...place,
    amount,
    buy: z.strictObject(place).optional(),
    destination: z
      .strictObject({ network: z.string().min(1).max(64), address: z.string().min(1).max(256) })
      .optional(),
  })
  .refine(({ type, buy }) => (type === 'trade') === (buy !== undefined), {
    path: ['buy'],
    error: 'must be there for a trade, and only for one',
  })
  .refine(({ type, destination }) => type === 'withdrawal' || destination === undefined, {
    path: ['destination'],
    error: 'is for withdrawals only',
  })
export type OrderRequest = z.infer<typeof orderRequest>

const signedAmount = z.string().refine((text) => amount.safeParse(text.replace(/^-/, '')).success, {
  error: 'must be a plain decimal other than zero, with a minus where it goes out',
})
/** What the platform does by itself. */
export const ownEntry = z.strictObject({
  currency,
  amount: signedAmount,
  what: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a word: a-z 0-9 _')
    .default('correction'),
})
export type OwnEntry = z.infer<typeof ownEntry>
export const bookedEntry = z.strictObject({ account: accountName, ...ownEntry.shape })

export const rateSetting = z.strictObject({
  sell: currency,
  buy: currency,
  rate: amount,
  decimals: z.int().min(0).max(DECIMALS_MAX).default(8),
})

/** One URL, or all of them at once: whoever was there before and is not named is no longer called. */
export const callSetting = z.union([
  z.strictObject({ url: z.url({ protocol: /^https?$/ }) }).transform(({ url }) => [url]),
  z
    .strictObject({ urls: z.array(z.url({ protocol: /^https?$/ })).max(CALLED_MAX) })
    .transform(({ urls }) => urls),
])

/** A page of what moved a balance from this instant on. */
export const entriesQuery = z.strictObject({
  currency,
  since: z.iso.datetime().default('1970-01-01T00:00:00.000Z'),
  page,
})

export function isSameOrder(one: OrderRequest, other: OrderRequest): boolean {
  return orderFacts(one) === orderFacts(other)
}

function orderFacts({
  reference: own,
  type,
  account: at,
  currency: unit,
  amount: sum,
  buy,
  destination,
}: OrderRequest) {
  const { account: into = null, currency: bought = null } = buy ?? {}
  const { network = null, address = null } = destination ?? {}
  return JSON.stringify([own, type, at, unit, sum, into, bought, network, address])
}
