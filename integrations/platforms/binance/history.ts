import { z } from 'zod'
import type { HeldEntry } from '#domain/platforms/holding-platform.ts'
import type { BinanceClient, Query } from './client.ts'
import { Unread } from './client.ts'
import type { Market } from './markets.ts'
import { clientIdOf, madeAtMs, referenceOf } from './reference.ts'
import { deposit, orderName, trade, withdrawal } from './shapes.ts'
import type { Trade, Withdrawal } from './shapes.ts'
import { WITHDRAWN, entryOfTrade, entryOfWithdrawal } from './translate.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A page of ours: trades are listed for so long at most. */
export const WINDOW_MS = DAY_MS
/** Binance is not older. */
export const OPENED_MS = Date.UTC(2017, 6, 1)
/** Deposits and withdrawals are listed by when they began, which may be so long before they moved anything. */
const UNDER_WAY_MS = 7 * DAY_MS
/** With a reference they are listed for so long at most; the clocks may differ by a part of it. */
const SOUGHT_WINDOW_MS = 7 * DAY_MS - HOUR_MS
const SOUGHT_UNTIMED_MS = 56 * DAY_MS
/** Ten of these questions a minute is what an account may ask. */
const SOUGHT_WINDOWS_MAX = 9
const PAGE_SIZE = 1_000
const PAGES_MAX = 100

/** Credited, whether or not it can be withdrawn already. */
const CREDITED = ['1', '6']

/** @throws Unread where one window cannot be read: absent is only what is in none. */
export async function findWithdrawals(client: BinanceClient, reference: string): Promise<Withdrawal[]> {
  const nowMs = client.nowMs()
  const sinceMs = (madeAtMs(reference) ?? nowMs - SOUGHT_UNTIMED_MS) - HOUR_MS
  if (nowMs - sinceMs > SOUGHT_WINDOWS_MAX * SOUGHT_WINDOW_MS) throw new Unread('the reference is too old')
  const withdrawOrderId = clientIdOf(reference)
  const found = new Map<string, Withdrawal>()
  for (let fromMs = sinceMs; fromMs <= nowMs; fromMs += SOUGHT_WINDOW_MS) {
    const query = { withdrawOrderId, ...windowOf(fromMs, fromMs + SOUGHT_WINDOW_MS) }
    const listed = await listAll(client, {
      schema: withdrawal,
      path: 'sapi/v1/capital/withdraw/history',
      query,
    })
    for (const one of listed) found.set(one.id, one)
  }
  return [...found.values()]
}

/** Both ends count. */
export type Window = { readonly currency: string; readonly fromMs: number; readonly toMs: number }

/**
 * What moved a balance in the window, oldest first. A trade is only seen on the markets that are named; a reward, an airdrop,
 * a transfer to another wallet and a fee that a trade of two other currencies took are not seen at all: what they moved shows as a
 * difference of the balance.
 */
export async function readWindow(
  client: BinanceClient,
  markets: readonly Market[],
  window: Window,
): Promise<HeldEntry[]> {
  const entries = [...(await depositsIn(client, window)), ...(await withdrawalsIn(client, window))]
  for (const market of markets) {
    const trades = await tradesIn(client, market, window)
    const references = await referencesOf(client, market, trades)
    for (const one of trades)
      entries.push({
        ...entryOfTrade(window.currency, market, one),
        reference: references.get(one.orderId) ?? null,
      })
  }
  return entries
    .filter(({ at }) => Date.parse(at) >= window.fromMs && Date.parse(at) <= window.toMs)
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

async function depositsIn(client: BinanceClient, { currency, fromMs, toMs }: Window): Promise<HeldEntry[]> {
  const query = { coin: currency, ...windowOf(fromMs - UNDER_WAY_MS, toMs) }
  const listed = await listAll(client, { schema: deposit, path: 'sapi/v1/capital/deposit/hisrec', query })
  return listed
    .filter(({ status, coin }) => CREDITED.includes(status) && coin === currency)
    .map(({ id, amount, insertTime, completeTime }) => ({
      entryId: `deposit/${id}`,
      reference: null,
      amount,
      at: completeTime ?? insertTime,
      what: 'deposit',
    }))
}

async function withdrawalsIn(
  client: BinanceClient,
  { currency, fromMs, toMs }: Window,
): Promise<HeldEntry[]> {
  const query = { coin: currency, ...windowOf(fromMs - UNDER_WAY_MS, toMs) }
  const listed = await listAll(client, {
    schema: withdrawal,
    path: 'sapi/v1/capital/withdraw/history',
    query,
  })
  return listed.filter(({ status, coin }) => status === WITHDRAWN && coin === currency).map(entryOfWithdrawal)
}

type Listing<Schema extends z.ZodType> = {
  readonly schema: Schema
  readonly path: string
  readonly query: Query
}

async function listAll<Schema extends z.ZodType>(
  client: BinanceClient,
  { schema, path, query }: Listing<Schema>,
): Promise<z.output<Schema>[]> {
  const all: z.output<Schema>[] = []
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const listed = await client.read(z.array(schema), {
      method: 'GET',
      path,
      query: { ...query, limit: String(PAGE_SIZE), offset: String(page * PAGE_SIZE) },
    })
    all.push(...listed)
    if (listed.length < PAGE_SIZE) return all
  }
  throw new Unread('more than can be listed')
}

/** The first page by time, which begins in the window; those after it by the number of the last. */
async function tradesIn(
  client: BinanceClient,
  { symbol }: Market,
  { fromMs, toMs }: Window,
): Promise<Trade[]> {
  const all: Trade[] = []
  let query: Query = windowOf(fromMs, toMs)
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const listed = await client.read(z.array(trade), {
      method: 'GET',
      path: 'api/v3/myTrades',
      query: { symbol, ...query, limit: String(PAGE_SIZE) },
    })
    all.push(...listed)
    const last = listed.at(-1)
    if (!last || listed.length < PAGE_SIZE || Date.parse(last.time) > toMs) return all
    query = { fromId: String(BigInt(last.id) + 1n) }
  }
  throw new Unread('more than can be listed')
}

/** A trade names its order by number only; our own name of it is with the order. */
async function referencesOf(
  client: BinanceClient,
  { symbol }: Market,
  trades: readonly Trade[],
): Promise<Map<string, string>> {
  const sought = [...new Set(trades.map(({ orderId }) => BigInt(orderId)))]
  const highest = sought.reduce((one, other) => (other > one ? other : one), 0n)
  let next = sought.reduce((one, other) => (other < one ? other : one), highest)
  const found = new Map<string, string>()
  for (let page = 0; sought.length > 0 && page < PAGES_MAX; page += 1) {
    const listed = await client.read(z.array(orderName), {
      method: 'GET',
      path: 'api/v3/allOrders',
      query: { symbol, orderId: String(next), limit: String(PAGE_SIZE) },
    })
    for (const { orderId, clientOrderId } of listed) {
      const reference = referenceOf(clientOrderId)
      if (reference !== null) found.set(orderId, reference)
    }
    next = BigInt(listed.at(-1)?.orderId ?? highest) + 1n
    if (next > highest || listed.length < PAGE_SIZE) return found
  }
  if (sought.length > 0) throw new Unread('more than can be listed')
  return found
}

function windowOf(fromMs: number, toMs: number): Query {
  return { startTime: String(Math.max(fromMs, 0)), endTime: String(toMs) }
}
