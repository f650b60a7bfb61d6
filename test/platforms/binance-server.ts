import { createHmac } from 'node:crypto'
import express from 'express'
import type { Request, Response } from 'express'
import { httpServer } from '#test/support/http-server.ts'
import { createBinanceBook } from './binance-book.ts'
import type { BinanceBook, Deposit, Trade, Withdrawal } from './binance-book.ts'
import { negated, sumOf } from './decimals.ts'
import { createMisbehaviour, fieldOf } from './misbehaviour.ts'
import type { Misbehaviour } from './misbehaviour.ts'

export const API_KEY = 'api-key-of-the-tests'
export const SECRET_KEY = 'secret-key-of-the-tests'

const DAY_MS = 86_400_000
const ROWS_MAX = 1_000
const AHEAD_MAX_MS = 1_000

type Query = Readonly<Record<string, string>>
export type BinanceServer = {
  readonly url: string
  readonly book: BinanceBook
  readonly faults: Misbehaviour
  /** What the clock of this server is ahead of the machine's. */
  readonly clock: { aheadMs: number }
  /** Method and path of all that was asked. */
  readonly heard: { readonly what: string; readonly query: Query }[]
  stop(): Promise<void>
}

type Desk = Pick<BinanceServer, 'book' | 'faults'> & { readonly query: Query; readonly res: Response }

/** Binance on loopback: checks keys, times and signatures, and has its limits of windows and pages. */
export async function startBinanceServer(): Promise<BinanceServer> {
  const book = createBinanceBook()
  const faults = createMisbehaviour()
  const clock = { aheadMs: 0 }
  const heard: BinanceServer['heard'] = []
  const app = express()

  function route(what: string, answer: (desk: Desk) => void): void {
    const [method, path = ''] = what.split(' ')
    const open = path === '/api/v3/time' || path === '/api/v3/exchangeInfo'
    app[method === 'GET' ? 'get' : 'post'](path, (req: Request, res: Response) => {
      const query = req.query as Query
      heard.push({ what, query })
      const wrong = open ? undefined : wrongWith(req, Date.now() + clock.aheadMs)
      if (wrong) fail(res, ...wrong)
      else answer({ book, faults, query, res })
    })
  }

  route('GET /api/v3/time', ({ res }) => res.json({ serverTime: Date.now() + clock.aheadMs }))
  route('GET /api/v3/exchangeInfo', getMarket)
  route('POST /sapi/v3/asset/getUserAsset', getHoldings)
  route('POST /sapi/v1/capital/withdraw/apply', postWithdrawal)
  route('GET /sapi/v1/capital/withdraw/history', getWithdrawals)
  route('GET /sapi/v1/capital/deposit/hisrec', getDeposits)
  route('POST /api/v3/order', postOrder)
  route('GET /api/v3/order', getOrder)
  route('GET /api/v3/allOrders', getOrders)
  route('GET /api/v3/myTrades', getTrades)

  const { url, stop } = await httpServer(app)
  return { url, book, faults, clock, heard, stop }
}

type Wrong = [status: number, code: number]

function wrongWith(req: Request, nowMs: number): Wrong | undefined {
  if (req.get('x-mbx-apikey') !== API_KEY) return [401, -2015]
  const [signed = '', signature] = (req.originalUrl.split('?')[1] ?? '').split('&signature=')
  const timestamp = Number(fieldOf(req.query, 'timestamp'))
  const window = Number(fieldOf(req.query, 'recvWindow') || '5000')
  if (!(timestamp < nowMs + AHEAD_MAX_MS && nowMs - timestamp <= window && window <= 60_000))
    return [400, -1021]
  return createHmac('sha256', SECRET_KEY).update(signed).digest('hex') === signature
    ? undefined
    : [400, -1022]
}

function fail(res: Response, status: number, code: number): void {
  res.status(status).json({ code, msg: `Something about ${code}.` })
}

function getMarket({ book, faults, query, res }: Desk): void {
  if (faults.answersInstead(res, 'other')) return
  const market = book.markets[query['symbol'] ?? '']
  if (!market) return fail(res, 400, -1121)
  res.json({
    timezone: 'UTC',
    symbols: [{ symbol: query['symbol'], baseAsset: market.base, quoteAsset: market.quote, filters: [] }],
  })
}

/** Only what there is any of, as there. */
function getHoldings({ book, faults, query, res }: Desk): void {
  if (faults.answersInstead(res, 'balance')) return
  const coins = new Set(book.movements().map(({ coin }) => coin))
  res.json(
    [...coins]
      .filter((coin) => (query['asset'] ?? coin) === coin && sumOf([book.balanceOf(coin)]) !== '0')
      .map((asset) => ({
        asset,
        free: sumOf([book.balanceOf(asset), negated(book.withdrawing(asset))]),
        locked: '0',
        freeze: '0.00000000',
        withdrawing: book.withdrawing(asset),
        ipoable: '0',
        btcValuation: '0',
      })),
  )
}

function postWithdrawal({ book, faults, query, res }: Desk): void {
  const asked = {
    coin: fieldOf(query, 'coin'),
    network: fieldOf(query, 'network'),
    address: fieldOf(query, 'address'),
    amount: fieldOf(query, 'amount'),
    withdrawOrderId: fieldOf(query, 'withdrawOrderId'),
  }
  const reference = asked.withdrawOrderId
  if (faults.answersInstead(res, 'send', reference)) return
  if (!asked.coin || !asked.address || !/^[0-9.]+$/.test(asked.amount) || reference.length > 32)
    return fail(res, 400, -1102)
  const left = [book.balanceOf(asked.coin), negated(book.withdrawing(asked.coin)), negated(asked.amount)]
  if (sumOf(left).startsWith('-')) return fail(res, 400, -4026)
  let one: Withdrawal | undefined
  faults.take(res, {
    reference,
    book: () => void (one = book.withdraw(asked)),
    settle: (as) => void (one && (one.status = as === 'done' ? 6 : 3)),
    refuse: () => fail(res, 400, -4026),
    answer: () => res.json({ id: one?.id }),
  })
}

/** Newest first, as there. */
function page<Row extends { atMs: number }>(rows: readonly Row[], query: Query): Row[] {
  const [offset, limit] = [
    Number(query['offset'] ?? 0),
    Math.min(Number(query['limit'] ?? ROWS_MAX), ROWS_MAX),
  ]
  return rows
    .filter(({ atMs }) => atMs >= Number(query['startTime']) && atMs <= Number(query['endTime']))
    .toSorted((one, other) => other.atMs - one.atMs)
    .slice(offset, offset + limit)
}

function isTooLong(query: Query, days: number): boolean {
  return !(Number(query['endTime']) - Number(query['startTime']) <= days * DAY_MS)
}

function getWithdrawals({ book, faults, query, res }: Desk): void {
  const { withdrawOrderId, coin } = query
  if (faults.answersInstead(res, withdrawOrderId === undefined ? 'book' : 'lookUp', withdrawOrderId)) return
  if (isTooLong(query, withdrawOrderId === undefined ? 90 : 7)) return fail(res, 400, -1128)
  const rows = book.withdrawals.filter(
    (one) =>
      (coin ?? one.coin) === one.coin && (withdrawOrderId ?? one.withdrawOrderId) === one.withdrawOrderId,
  )
  res.json(page(rows, query).map(viewOfWithdrawal))
}

function viewOfWithdrawal({ atMs, ...one }: Withdrawal) {
  const time = new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')
  return {
    ...one,
    applyTime: time,
    ...(one.status === 6 && { completeTime: time }),
    transferType: 0,
    txId: '',
    info: '',
    confirmNo: 3,
    walletType: 0,
  }
}

function getDeposits({ book, faults, query, res }: Desk): void {
  if (faults.answersInstead(res, 'book')) return
  if (isTooLong(query, 90)) return fail(res, 400, -1128)
  const rows = book.deposits.filter(({ coin }) => coin === query['coin'])
  res.json(
    page(rows, query).map(({ atMs, ...one }: Deposit) => ({ ...one, insertTime: atMs, network: 'TRX' })),
  )
}

function postOrder({ book, faults, query, res }: Desk): void {
  const asked = {
    symbol: fieldOf(query, 'symbol'),
    side: fieldOf(query, 'side'),
    clientOrderId: fieldOf(query, 'newClientOrderId'),
    origQty: fieldOf(query, 'quantity') || '0',
    origQuoteOrderQty: fieldOf(query, 'quoteOrderQty') || '0',
  }
  const reference = asked.clientOrderId
  if (faults.answersInstead(res, 'send', reference)) return
  const market = book.markets[asked.symbol]
  if (!market) return fail(res, 400, -1121)
  if (query['type'] !== 'MARKET' || !/^[\w.:/-]{1,36}$/.test(reference)) return fail(res, 400, -1102)
  const [coin, amount] =
    asked.side === 'SELL' ? [market.base, asked.origQty] : [market.quote, asked.origQuoteOrderQty]
  if (sumOf([book.balanceOf(coin), negated(amount)]).startsWith('-')) return fail(res, 400, -2010)
  let one: Trade | undefined
  faults.take(res, {
    reference,
    book(as) {
      one = book.trade(asked)
      if (as === 'done') book.fill(one)
    },
    settle(as) {
      if (one && as === 'done') book.fill(one)
      else if (one) one.status = 'EXPIRED'
    },
    refuse: () => fail(res, 400, -2010),
    answer: () =>
      one && res.json({ ...viewOfOrder(one), transactTime: one.atMs, fills: one.fills.map(viewOfFill) }),
  })
}

function viewOfFill({ qty, commission, commissionAsset, id }: Trade['fills'][number]) {
  return { price: '1', qty, commission, commissionAsset, tradeId: id }
}

function viewOfOrder(trade: Trade) {
  const { atMs: _, fills: __, ...one } = trade
  return { ...one, type: 'MARKET', price: '0.00000000' }
}

function getOrder({ book, faults, query, res }: Desk): void {
  const clientId = query['origClientOrderId']
  if (faults.answersInstead(res, 'lookUp', clientId)) return
  const one = book.trades.findLast(
    (trade) => trade.symbol === query['symbol'] && trade.clientOrderId === clientId,
  )
  if (one) res.json({ ...viewOfOrder(one), time: one.atMs, updateTime: one.atMs })
  else fail(res, 400, -2013)
}

function getOrders({ book, faults, query, res }: Desk): void {
  if (faults.answersInstead(res, 'book')) return
  const rows = book.trades.filter(
    ({ symbol, orderId }) => symbol === query['symbol'] && orderId >= Number(query['orderId']),
  )
  res.json(rows.slice(0, Number(query['limit'])).map(viewOfOrder))
}

function getTrades({ book, faults, query, res }: Desk): void {
  const { orderId, fromId, startTime } = query
  if (faults.answersInstead(res, 'book')) return
  if (startTime !== undefined && isTooLong(query, 1)) return fail(res, 400, -1127)
  const rows = book.trades
    .filter(({ symbol }) => symbol === query['symbol'])
    .flatMap(({ fills, ...trade }) => fills.map((fill) => ({ ...trade, ...fill })))
    .filter((row) => orderId === undefined || row.orderId === Number(orderId))
    .filter((row) => fromId === undefined || row.id >= Number(fromId))
    .filter((row) => startTime === undefined || page([row], query).length === 1)
  res.json(
    rows.slice(0, Number(query['limit'])).map((row) => ({
      symbol: row.symbol,
      id: row.id,
      orderId: row.orderId,
      qty: row.qty,
      quoteQty: row.quoteQty,
      commission: row.commission,
      commissionAsset: row.commissionAsset,
      time: row.atMs,
      isBuyer: row.side === 'BUY',
    })),
  )
}
