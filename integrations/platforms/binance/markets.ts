import { z } from 'zod'
import { Unread } from './client.ts'
import type { BinanceClient } from './client.ts'

const FRESH_MS = 3_600_000
const NO_SUCH_SYMBOL = '-1121'
const CURRENCY = /^[A-Z0-9]{1,20}$/

export type Market = { readonly symbol: string; readonly base: string; readonly quote: string }

/** @throws Unread where it cannot be known. Undefined: the two are not traded for each other, in either direction. */
export type FindMarket = (one: string, other: string) => Promise<Market | undefined>

const info = z.object({
  symbols: z.array(z.object({ symbol: z.string(), baseAsset: z.string(), quoteAsset: z.string() })).max(10),
})

/** One pair at a time: the list of all is larger than an answer may be. */
export function createMarkets(client: BinanceClient): FindMarket {
  const known = new Map<string, { readonly market: Market | undefined; readonly atMs: number }>()

  async function ask(base: string, quote: string): Promise<Market | undefined> {
    const symbol = `${base}${quote}`
    try {
      const { symbols } = await client.readPublic(info, 'api/v3/exchangeInfo', { symbol })
      const isIt = symbols.some(
        (one) => one.symbol === symbol && one.baseAsset === base && one.quoteAsset === quote,
      )
      return isIt ? { symbol, base, quote } : undefined
    } catch (error) {
      if (error instanceof Unread && error.code === NO_SUCH_SYMBOL) return undefined
      throw error
    }
  }

  return async (one, other) => {
    if (!CURRENCY.test(one) || !CURRENCY.test(other) || one === other) return undefined
    const pair = [one, other].toSorted().join('/')
    const found = known.get(pair)
    if (found && Date.now() - found.atMs < FRESH_MS) return found.market
    const market = (await ask(one, other)) ?? (await ask(other, one))
    known.set(pair, { market, atMs: Date.now() })
    return market
  }
}
