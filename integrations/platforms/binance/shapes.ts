import { z } from 'zod'
import { decimal } from '../exact-decimal.ts'
import { spacedTime } from '../spaced-time.ts'

/** What Binance answers, as far as it is read. Numbers are text here, so that ids stay exact. */

export const wholeNumber = z.string().regex(/^[0-9]{1,19}$/)
const instantMs = z
  .string()
  .regex(/^[0-9]{1,15}$/)
  .transform((text) => new Date(Number(text)).toISOString())
const word = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\w.:/+-]+$/)
const utcText = spacedTime('Z')

export const holdings = z.array(
  z.object({ asset: word, free: decimal, locked: decimal, freeze: decimal, withdrawing: decimal }),
)

export const withdrawal = z.object({
  id: word,
  coin: word,
  /** Not of old ones. */
  network: z.string().nullish(),
  address: z.string(),
  /** What arrives. With the fee it is what was asked for and leaves the account; no document says so in words. */
  amount: decimal,
  transactionFee: decimal,
  status: z.string().regex(/^[0-9]{1,2}$/),
  withdrawOrderId: z.string().nullish(),
  applyTime: utcText,
  completeTime: utcText.nullish(),
})
export type Withdrawal = z.output<typeof withdrawal>

export const deposit = z.object({
  id: word,
  coin: word,
  amount: decimal,
  status: z.string().regex(/^[0-9]{1,2}$/),
  insertTime: instantMs,
  completeTime: instantMs.nullish(),
})

export const fill = z.object({ qty: decimal, commission: decimal, commissionAsset: word })
export type Fill = z.output<typeof fill>

const order = z.object({
  symbol: word,
  orderId: wholeNumber,
  clientOrderId: z.string(),
  type: z.string(),
  side: z.enum(['BUY', 'SELL']),
  status: z.string(),
  origQty: decimal,
  origQuoteOrderQty: decimal,
  executedQty: decimal,
  cummulativeQuoteQty: decimal,
})
export type TradeOrder = z.output<typeof order>
export const placedOrder = order.extend({ transactTime: instantMs, fills: z.array(fill) })
export const foundOrder = order.extend({ updateTime: instantMs })

export const trade = fill.extend({
  symbol: word,
  id: wholeNumber,
  orderId: wholeNumber,
  quoteQty: decimal,
  time: instantMs,
  isBuyer: z.boolean(),
})
export type Trade = z.output<typeof trade>

export const orderName = z.object({ orderId: wholeNumber, clientOrderId: z.string() })
