import { z } from 'zod'
import type {
  EntryPage,
  HeldBalance,
  HoldingCapabilities,
  HoldingPlatform,
  Order,
  OrderLookup,
  OrderOutcome,
  Outgoing,
  Place,
  Settings,
} from '#domain/platforms/holding-platform.ts'
import { demandSetting } from '../demand-setting.ts'
import { sumOfDecimals } from '../exact-decimal.ts'
import { Unread, createBinanceClient } from './client.ts'
import type { BinanceClient } from './client.ts'
import { OPENED_MS, WINDOW_MS, findWithdrawals, readWindow } from './history.ts'
import { createMarkets } from './markets.ts'
import type { FindMarket } from './markets.ts'
import { clientIdOf } from './reference.ts'
import { foundOrder, holdings, trade } from './shapes.ts'
import {
  NOT_WANTED,
  outcomeOfTrade,
  toTrade,
  toTradeOutcome,
  toWithdrawal,
  toWithdrawalLookup,
  toWithdrawalOutcome,
  unknown,
} from './translate.ts'

/**
 * It takes no pushed deposit. A client's id of an order may be used again once the order is filled, so that only the look-up
 * keeps a second send from being a second trade: an `absent` is final when the receive window of the send has passed.
 */
export const CAPABILITIES: HoldingCapabilities = {
  lookUpByReference: true,
  idempotentReference: false,
  // It takes a request within recvWindow, five seconds; its histories follow somewhat later.
  landsWithinMs: 30_000,
  orders: ['withdrawal', 'trade'],
  calls: false,
}

/** A key opens one account. It has no name there; ours makes two places of one currency impossible. */
const ACCOUNT = 'spot'
const NO_SUCH_ORDER = '-2013'
const PAGE = /^[0-9]{13}$/

type Desk = { readonly client: BinanceClient; readonly findMarket: FindMarket }

/** @throws naming the setting that is missing */
export function openBinance({ urls, credentials }: Settings, send: Outgoing): HoldingPlatform {
  const access = {
    restUrl: demandSetting(urls, 'restUrl'),
    apiKey: demandSetting(credentials, 'apiKey'),
    secretKey: demandSetting(credentials, 'secretKey'),
  }
  const client = createBinanceClient(access, send)
  const desk = { client, findMarket: createMarkets(client) }
  return {
    capabilities: CAPABILITIES,
    place: (order) => place(desk, order),
    lookUp: (order) => orUnknown<OrderLookup>(() => lookUp(desk, order)),
    balance: (asked) => orUnknown<HeldBalance>(() => balance(client, asked)),
    entries: (asked) => orUnknown<EntryPage>(() => entries(desk, asked)),
    async test() {
      try {
        await heldBy(client, {})
        return { kind: 'ok' }
      } catch (error) {
        if (!(error instanceof Unread)) throw error
        return error.code !== undefined && NOT_WANTED.includes(error.code)
          ? { kind: 'refused', reason: error.reason }
          : unknown(error.reason)
      }
    },
  }
}

async function place({ client, findMarket }: Desk, order: Order): Promise<OrderOutcome> {
  const { type, destination, buy } = order
  if (type === 'deposit') return refused('deposits cannot be pushed')
  if (order.account !== ACCOUNT || (buy && buy.account !== ACCOUNT))
    return refused(`the account is called ${ACCOUNT}`)
  if (type === 'withdrawal')
    return destination
      ? toWithdrawalOutcome(
          await client.send('sapi/v1/capital/withdraw/apply', toWithdrawal(order, destination)),
        )
      : refused('a withdrawal needs a destination')
  try {
    const market = buy && (await findMarket(order.currency, buy.currency))
    if (!market) return refused('the two currencies are not traded for each other')
    return toTradeOutcome(order, market, await client.send('api/v3/order', toTrade(order, market)))
  } catch (error) {
    if (!(error instanceof Unread)) throw error
    // The market was asked about; the order has not left.
    const { reason, retryAfterMs } = error
    return { kind: 'not_sent', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  }
}

async function lookUp({ client, findMarket }: Desk, order: Order): Promise<OrderLookup> {
  const { type, reference, buy } = order
  if (type === 'deposit') return { kind: 'absent' }
  if (type === 'withdrawal') return toWithdrawalLookup(order, await findWithdrawals(client, reference))
  const market = buy && (await findMarket(order.currency, buy.currency))
  // It may have been one when the order was sent.
  if (!market) return unknown('the two currencies are not traded for each other')
  const { symbol } = market
  try {
    const found = await client.read(foundOrder, {
      method: 'GET',
      path: 'api/v3/order',
      query: { symbol, origClientOrderId: clientIdOf(reference) },
    })
    const fills = await client.read(z.array(trade), {
      method: 'GET',
      path: 'api/v3/myTrades',
      query: { symbol, orderId: found.orderId, limit: '1000' },
    })
    return outcomeOfTrade(order, market, { order: found, fills, at: found.updateTime })
  } catch (error) {
    if (error instanceof Unread && error.code === NO_SUCH_ORDER) return { kind: 'absent' }
    throw error
  }
}

function heldBy(client: BinanceClient, query: { asset?: string }) {
  return client.read(holdings, { method: 'POST', path: 'sapi/v3/asset/getUserAsset', query })
}

/** What is on its way out still counts: we take it off when it is confirmed. Of what is not listed there is nothing. */
async function balance(client: BinanceClient, { account, currency }: Place): Promise<HeldBalance> {
  const held = await heldBy(client, { asset: currency })
  if (account !== ACCOUNT) return { kind: 'no_such_account' }
  const parts = held
    .filter(({ asset }) => asset === currency)
    .flatMap(({ free, locked, freeze, withdrawing }) => [free, locked, freeze, withdrawing])
  return { kind: 'known', balance: sumOfDecimals(parts) }
}

type AskedEntries = Place & { readonly since: Date; readonly page: string | null }

/**
 * A page is a window of time, named by where it begins. Trades are looked for on the markets with whatever else the account
 * holds: all there are would be hundreds of requests.
 */
async function entries({ client, findMarket }: Desk, asked: AskedEntries): Promise<EntryPage> {
  const { account, currency, since, page } = asked
  if (page !== null && !PAGE.test(page)) return unknown('no such page')
  const held = await heldBy(client, {})
  if (account !== ACCOUNT) return { kind: 'listed', entries: [], next: null }
  const nowMs = client.nowMs()
  const fromMs = page === null ? Math.max(since.getTime(), OPENED_MS) : Number(page)
  const nextMs = fromMs + WINDOW_MS
  const markets = []
  for (const { asset } of held) {
    const market = await findMarket(currency, asset)
    if (market) markets.push(market)
  }
  return {
    kind: 'listed',
    entries: await readWindow(client, markets, { currency, fromMs, toMs: Math.min(nextMs - 1, nowMs) }),
    next: nextMs > nowMs ? null : String(nextMs),
  }
}

async function orUnknown<Answer>(ask: () => Promise<Answer>): Promise<Answer | ReturnType<typeof unknown>> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Unread) return unknown(error.reason)
    throw error
  }
}

function refused(reason: string): OrderOutcome {
  return { kind: 'refused', reason }
}
