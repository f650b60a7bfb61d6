import { describe, expect, it } from '@jest/globals'
import type { Order } from '#domain/platforms/holding-platform.ts'
import { cleanup } from '#test/support/cleanup.ts'
import type { BinanceBook } from './binance-book.ts'
import {
  DAY_MS,
  MARKET,
  SPOT,
  TRADE,
  WITHDRAWAL,
  hearing,
  referenceAt,
  startBinance,
} from './binance-fixture.ts'

const after = cleanup()

describe('a trade at Binance', () => {
  it('buys with the quote, and says what is left of it after the commission of every fill', async () => {
    const { book, platform } = await running()
    book.move('USDT', '1000')
    const outcome = await platform.place(TRADE)

    expect(outcome).toEqual({
      kind: 'confirmed',
      platformReference: '1',
      at: expect.any(String),
      bought: '0.00499501',
    })
    expect(book.balanceOf('BTC')).toBe('0.00499501')
    expect(await platform.lookUp?.(TRADE)).toEqual(outcome)
  })

  it('sells the base, on the same market', async () => {
    const { book, asked, platform } = await running()
    book.move('BTC', '1')
    const outcome = await platform.place(sell)

    expect(outcome).toMatchObject({ kind: 'confirmed', bought: '199.8' })
    expect(book.balanceOf('BTC')).toBe('0.996')
    expect(await platform.lookUp?.(sell)).toEqual(outcome)
    expect(asked('GET /api/v3/exchangeInfo').map(({ query }) => query['symbol'])).toEqual(['BTCUSDT'])
  })

  it('says what was sold where a part did not make a whole lot', async () => {
    const { book, platform } = await running()
    book.move('USDT', '1000')

    expect(await platform.place({ ...TRADE, amount: '250.0004' })).toMatchObject({ sold: '250' })
    expect(book.balanceOf('USDT')).toBe('750')
  })

  it('sells what its commission takes as well, where that is of the same', async () => {
    const { book, rules, platform } = await running().then((all) => ({ ...all, rules: all.book.rules }))
    book.move('BNB', '10')
    rules.commissionAsset = 'BNB'
    const order: Order = { ...sell, currency: 'BNB', amount: '2' }

    expect(await platform.place(order)).toMatchObject({
      kind: 'confirmed',
      sold: '2.00199999',
      bought: '1000',
    })
    expect(book.balanceOf('BNB')).toBe('7.99800001')
    expect(await platform.lookUp?.(order)).toMatchObject({ sold: '2.00199999', bought: '1000' })
  })

  it('is refused where there is no such market, which is asked both ways and then known', async () => {
    const { asked, platform } = await running()
    const order = { ...TRADE, buy: { account: 'spot', currency: 'EUR' } }

    expect((await platform.place(order)).kind).toBe('refused')
    expect((await platform.place(order)).kind).toBe('refused')
    expect(asked('GET /api/v3/exchangeInfo').map(({ query }) => query['symbol'])).toEqual([
      'USDTEUR',
      'EURUSDT',
    ])
    expect((await platform.lookUp?.(order))?.kind).toBe('unknown')
  })

  it('is read exactly, its number too', async () => {
    expect(await lookedUp({}, fill('"0.004"'))).toEqual({
      kind: 'confirmed',
      platformReference: '9007199254740993',
      at: '2023-11-14T22:13:20.000Z',
      sold: '200',
      bought: '0.003999',
    })
  })

  it.each([
    ['has run out with a part of it done', { status: 'EXPIRED' }, 'confirmed'],
    [
      'has run out with nothing done',
      { status: 'EXPIRED', executedQty: '0', cummulativeQuoteQty: '0' },
      'refused',
    ],
    ['is being done', { status: 'PARTIALLY_FILLED' }, 'pending'],
    ['has a status that nobody knows', { status: 'ODD' }, 'unknown'],
    ['has more done than its fills say', { executedQty: '0.005' }, 'unknown'],
    ['has no sum', { cummulativeQuoteQty: '-1' }, 'unknown'],
    ['is of another amount', { origQuoteOrderQty: '251' }, 'unknown'],
    ['is the other way round', { side: 'SELL' }, 'unknown'],
    ['is of another market', { symbol: 'ETHUSDT' }, 'unknown'],
    ['is of another name', { clientOrderId: 'op_3' }, 'unknown'],
    ['is no market order', { type: 'LIMIT' }, 'unknown'],
  ])('that %s', async (_what, change, kind) => {
    expect((await lookedUp(change, fill('"0.004"')))?.kind).toBe(kind)
  })
})

describe('the book of Binance', () => {
  it("names our references where it keeps them, and nobody else's", async () => {
    const { book, platform } = await running()
    const [bought, withdrawn] = [referenceAt(Date.now()), referenceAt(Date.now())]
    book.move('USDT', '1000')
    await platform.place({ ...TRADE, reference: bought })
    await platform.place({ ...TRADE, reference: 'web_1' })
    await platform.place({ ...WITHDRAWAL, reference: withdrawn })
    for (const one of book.withdrawals) one.status = 6
    const listed = await platform.entries({ ...SPOT, since: new Date(Date.now() - DAY_MS / 2), page: null })
    const entries = listed.kind === 'listed' ? listed.entries : []

    expect(entries.map(({ reference }) => reference)).toEqual([null, bought, bought, null, null, withdrawn])
    expect(entries.map(({ what }) => what)).toEqual([
      'deposit',
      'trade',
      'trade',
      'trade',
      'trade',
      'withdrawal',
    ])
    expect(new Set(entries.map(({ entryId }) => entryId)).size).toBe(6)
  })

  it('is read past what one answer holds, of each of its lists', async () => {
    const { book, platform } = await running()
    for (let count = 0; count < 1_001; count += 1) book.move('USDT', '1')
    for (let count = 0; count < 501; count += 1) book.fill(tradeOf(book))
    // All of it within a day, whatever the book's clock has come to.
    for (const [index, one] of [...book.deposits, ...book.trades].entries())
      one.atMs = Date.now() - 3_600_000 + index
    const listed = await platform.entries({ ...SPOT, since: new Date(Date.now() - DAY_MS / 2), page: null })
    const entries = listed.kind === 'listed' ? listed.entries : []

    expect(entries).toHaveLength(1_001 + 2 * 501)
    expect(new Set(entries.map(({ entryId }) => entryId)).size).toBe(entries.length)
  })

  it('is read day by day, to now', async () => {
    const { book, platform } = await running()
    for (const daysAgo of [5, 3.5, 3.4, 0.01]) {
      book.move('USDT', '1')
      const last = book.deposits.at(-1)
      if (last) last.atMs = Date.now() - daysAgo * DAY_MS
    }
    const counts: number[] = []
    for (let page: string | null = null; ;) {
      const listed = await platform.entries({ ...SPOT, since: new Date(Date.now() - 4 * DAY_MS), page })
      if (listed.kind !== 'listed') throw new Error(listed.reason)
      counts.push(listed.entries.length)
      if (listed.next === null) break
      page = listed.next
    }

    expect(counts.filter((count) => count > 0)).toEqual([2, 1])
    expect(counts.length).toBeGreaterThanOrEqual(4)
  })

  it('lists a deposit when it was credited, though it began days before', async () => {
    const began = Date.now() - 3 * DAY_MS
    const credited = Date.now() - 60_000
    const platform = hearing((path, { url }) => {
      if (path !== '/sapi/v1/capital/deposit/hisrec') return '[]'
      const covers = Number(new URL(url).searchParams.get('startTime')) <= began
      return covers
        ? `[{"id":"1","coin":"USDT","amount":"5","status":1,"insertTime":${began},"completeTime":${credited}},
            {"id":"2","coin":"USDT","amount":"7","status":0,"insertTime":${began}}]`
        : '[]'
    })

    expect(
      await platform.entries({ ...SPOT, since: new Date(Date.now() - DAY_MS / 24), page: null }),
    ).toEqual({
      kind: 'listed',
      entries: [
        {
          entryId: 'deposit/1',
          reference: null,
          amount: '5',
          at: new Date(credited).toISOString(),
          what: 'deposit',
        },
      ],
      next: null,
    })
  })

  it('has no page of another name', async () => {
    const platform = hearing(() => '[]')

    expect((await platform.entries({ ...SPOT, since: new Date(), page: '../..' })).kind).toBe('unknown')
  })
})

const running = () => startBinance(after)

function found(change: object) {
  return JSON.stringify({
    symbol: 'BTCUSDT',
    orderId: '9007199254740993',
    clientOrderId: 'op_2',
    type: 'MARKET',
    side: 'BUY',
    status: 'FILLED',
    origQty: '0',
    origQuoteOrderQty: '250.00',
    executedQty: '0.004',
    cummulativeQuoteQty: '200',
    updateTime: 1_700_000_000_000,
    ...change,
  }).replace('"9007199254740993"', '9007199254740993')
}

const fill = (qty: string, rest = '') =>
  `{"symbol":"BTCUSDT","id":9007199254740995,"orderId":9007199254740993,"qty":${qty},"quoteQty":"200","commission":1e-6,"commissionAsset":"BTC","time":1700000000000,"isBuyer":true}${rest}`

function lookedUp(order: object, fills: string) {
  return hearing((path) =>
    path === '/api/v3/exchangeInfo' ? MARKET : path === '/api/v3/order' ? found(order) : `[${fills}]`,
  ).lookUp?.(TRADE)
}

function tradeOf(book: BinanceBook) {
  return book.trade({
    symbol: 'BTCUSDT',
    side: 'SELL',
    clientOrderId: 'x',
    origQty: '0.001',
    origQuoteOrderQty: '0',
  })
}

const sell: Order = { ...TRADE, currency: 'BTC', amount: '0.004', buy: SPOT }
