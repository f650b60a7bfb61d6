import { z } from 'zod'
import type { HeldEntry, Order, OrderLookup, OrderOutcome } from '#domain/platforms/holding-platform.ts'
import type { ExactAnswer } from '../exact-answer.ts'
import { negatedDecimal, sumOfDecimals } from '../exact-decimal.ts'
import { failureIn } from './client.ts'
import type { Query } from './client.ts'
import type { Market } from './markets.ts'
import { clientIdOf, referenceOf } from './reference.ts'
import { placedOrder } from './shapes.ts'
import type { Fill, Trade, TradeOrder, Withdrawal } from './shapes.ts'

type Destination = NonNullable<Order['destination']>
type Unknown = { readonly kind: 'unknown'; readonly reason: string }

/** The key, its rights, its signature, or the time of the request: judged before anything is done. */
export const NOT_WANTED = ['-1002', '-1022', '-1099', '-2014', '-2015']
const NOT_TAKEN = ['-1003', '-1015', '-1021', ...NOT_WANTED]
/** A parameter, a filter, the market or the balance, or a rule of withdrawals (-4000 on): judged, and not done. */
const REFUSED = /^-(?:1013|1014|1020|11[0-9]{2}|2010|4[0-9]{3})$/
/** That a client's id was seen before says that something was done under it. */
const SEEN_BEFORE = /duplicate/i

export function toWithdrawal(order: Order, { network, address }: Destination): Query {
  return {
    coin: order.currency,
    network,
    address,
    amount: order.amount,
    withdrawOrderId: clientIdOf(order.reference),
  }
}

/** What is spent is exact in whichever of the two it is: the quantity of the base, or the sum in the quote. */
export function toTrade(order: Order, { symbol, base }: Market): Query {
  return {
    symbol,
    side: order.currency === base ? 'SELL' : 'BUY',
    type: 'MARKET',
    [order.currency === base ? 'quantity' : 'quoteOrderQty']: order.amount,
    newClientOrderId: clientIdOf(order.reference),
    newOrderRespType: 'FULL',
  }
}

/** What a send came to where it was not taken; undefined where the body has to say. */
function unlessTaken(answer: ExactAnswer): OrderOutcome | undefined {
  if (answer.kind === 'not_sent') return answer
  if (answer.kind === 'no_answer') return unknown(answer.reason)
  if (answer.status === 200) return undefined
  const failed = failureIn(answer)
  // 5xx: by its own word the outcome is unknown then, whatever the body says.
  if (!failed || answer.status >= 500) return unknown(`unexpected answer: ${answer.status}`)
  const reason = `error ${failed.code}`
  if (NOT_TAKEN.includes(failed.code)) return { kind: 'not_sent', reason }
  if (SEEN_BEFORE.test(failed.msg)) return unknown(`${reason}: seen before`)
  return REFUSED.test(failed.code) ? { kind: 'refused', reason } : unknown(reason)
}

const taken = z.object({ id: z.string().min(1) })

/** Taken is not done: what comes of it is asked. */
export function toWithdrawalOutcome(answer: ExactAnswer): OrderOutcome {
  const outcome = unlessTaken(answer)
  if (outcome) return outcome
  const isTaken = answer.kind === 'answered' && taken.safeParse(answer.body).success
  return isTaken ? { kind: 'pending' } : unknown('unexpected body')
}

export function toTradeOutcome(asked: Order, market: Market, answer: ExactAnswer): OrderOutcome {
  const outcome = unlessTaken(answer)
  if (outcome) return outcome
  const { data } = placedOrder.safeParse(answer.kind === 'answered' ? answer.body : undefined)
  return data
    ? outcomeOfTrade(asked, market, { order: data, fills: data.fills, at: data.transactTime })
    : unknown('unexpected body')
}

export const WITHDRAWN = '6'
const WITHDRAWAL_PENDING = ['0', '2', '4']
const WITHDRAWAL_REFUSED = ['1', '3', '5']

/** @param found all that stands under its reference */
export function toWithdrawalLookup(asked: Order, found: readonly Withdrawal[]): OrderLookup {
  const [one, ...more] = found
  if (!one) return { kind: 'absent' }
  if (more.length > 0) return unknown('the reference stands there more than once')
  if (!isWithdrawal(asked, one)) return unknown('the reference belongs to another order')
  if (WITHDRAWAL_PENDING.includes(one.status)) return { kind: 'pending' }
  if (WITHDRAWAL_REFUSED.includes(one.status)) return { kind: 'refused', reason: `status ${one.status}` }
  if (one.status !== WITHDRAWN) return unknown(`status ${one.status}`)
  return { kind: 'confirmed', platformReference: one.id, at: one.completeTime ?? one.applyTime }
}

function isWithdrawal({ currency, amount, destination, reference }: Order, one: Withdrawal): boolean {
  return (
    destination !== undefined &&
    one.withdrawOrderId === clientIdOf(reference) &&
    one.coin === currency &&
    one.network === destination.network &&
    one.address === destination.address &&
    isSame(leftBy(one), amount)
  )
}

function leftBy({ amount, transactionFee }: Withdrawal): string {
  return sumOfDecimals([amount, transactionFee])
}

type Told = { readonly order: TradeOrder; readonly fills: readonly Fill[]; readonly at: string }

const TRADE_PENDING = ['NEW', 'PENDING_NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL']
const TRADE_OVER = ['FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH']

/** An order that found no more takers is over with what it found; with nothing, it is refused. */
export function outcomeOfTrade(
  asked: Order,
  market: Market,
  { order, fills, at }: Told,
): Exclude<OrderOutcome, { kind: 'not_sent' }> {
  if (!isTrade(asked, market, order)) return unknown('the answer is about another order')
  if (TRADE_PENDING.includes(order.status)) return { kind: 'pending' }
  if (!TRADE_OVER.includes(order.status)) return unknown('another status')
  if (isSame(order.executedQty, '0')) return { kind: 'refused', reason: `status ${order.status}` }
  if (!isSame(sumOfDecimals(fills.map(({ qty }) => qty)), order.executedQty))
    return unknown('the fills are not complete')
  const selling = order.side === 'SELL'
  const { executedQty, cummulativeQuoteQty: quoteQty } = order
  const [given, got] = selling ? [executedQty, quoteQty] : [quoteQty, executedQty]
  if (given.startsWith('-') || got.startsWith('-')) return unknown('a trade has to say what was bought')
  const fees = (currency: string) =>
    fills.filter(({ commissionAsset }) => commissionAsset === currency).map(({ commission }) => commission)
  const sold = sumOfDecimals([given, ...fees(asked.currency)])
  const bought = sumOfDecimals([got, ...fees(asked.buy?.currency ?? '').map(negatedDecimal)])
  return {
    kind: 'confirmed',
    platformReference: order.orderId,
    at,
    ...(!isSame(sold, asked.amount) && { sold }),
    bought,
  }
}

function isTrade(asked: Order, market: Market, order: TradeOrder): boolean {
  const selling = asked.currency === market.base
  return (
    order.symbol === market.symbol &&
    order.clientOrderId === clientIdOf(asked.reference) &&
    order.type === 'MARKET' &&
    order.side === (selling ? 'SELL' : 'BUY') &&
    isSame(selling ? order.origQty : order.origQuoteOrderQty, asked.amount)
  )
}

/** What a trade moved of one of its two currencies; a fee that it took of a third is not here. */
export function entryOfTrade(currency: string, market: Market, trade: Trade): HeldEntry {
  const ofBase = currency === market.base
  const moved = ofBase ? trade.qty : trade.quoteQty
  const signed = trade.isBuyer === ofBase ? moved : negatedDecimal(moved)
  const fee = trade.commissionAsset === currency ? negatedDecimal(trade.commission) : '0'
  return {
    entryId: `trade/${trade.symbol}/${trade.id}`,
    reference: null,
    amount: sumOfDecimals([signed, fee]),
    at: trade.time,
    what: 'trade',
  }
}

export function entryOfWithdrawal(one: Withdrawal): HeldEntry {
  return {
    entryId: `withdrawal/${one.id}`,
    reference: referenceOf(one.withdrawOrderId ?? undefined),
    amount: negatedDecimal(leftBy(one)),
    at: one.completeTime ?? one.applyTime,
    what: 'withdrawal',
  }
}

function isSame(one: string, other: string): boolean {
  return sumOfDecimals([one]) === sumOfDecimals([other])
}

export function unknown(reason: string): Unknown {
  return { kind: 'unknown', reason }
}
