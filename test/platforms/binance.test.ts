import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { Order, OutgoingAnswer, OutgoingRequest } from '#domain/holding-platform.ts'
import { newId } from '#domain/ids.ts'
import { signatureOf } from '#platforms/binance/client.ts'
import { binanceLabel } from '#platforms/binance/label.ts'
import { clientIdOf } from '#platforms/binance/reference.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { plainOutgoing } from '#test/support/plain-outgoing.ts'
import { API_KEY, SECRET_KEY, startBinanceServer } from './binance-server.ts'

const after = cleanup()
const DAY_MS = 86_400_000
const SPOT = { account: 'spot', currency: 'USDT' }
const CREDENTIALS = { apiKey: API_KEY, secretKey: SECRET_KEY }
const referenceAt = (atMs: number) => newId('op', atMs, randomBytes(16))
const WITHDRAWAL: Order = {
  ...SPOT,
  reference: 'op_1',
  type: 'withdrawal',
  amount: '250',
  destination: { network: 'TRX', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' },
}
const TRADE: Order = {
  ...SPOT,
  reference: 'op_2',
  type: 'trade',
  amount: '250',
  buy: { account: 'spot', currency: 'BTC' },
}

async function running() {
  const server = await startBinanceServer()
  after(() => server.stop())
  const settings = { urls: { restUrl: server.url }, credentials: CREDENTIALS }
  const asked = (what: string) => server.heard.filter((one) => one.what === what)
  return { ...server, asked, platform: binanceLabel.open(settings, plainOutgoing()) }
}

/** A platform that hears what the function says, by what is asked. */
function hearing(answer: (path: string, request: OutgoingRequest) => string | OutgoingAnswer) {
  const settings = { urls: { restUrl: 'https://api.example/' }, credentials: CREDENTIALS }
  return binanceLabel.open(settings, async (request) => {
    const heard = answer(new URL(request.url).pathname, request)
    return typeof heard === 'string' ? { kind: 'answered', status: 200, headers: {}, text: heard } : heard
  })
}

const MARKET = '{"symbols":[{"symbol":"BTCUSDT","baseAsset":"BTC","quoteAsset":"USDT"}]}'
const failed = (status: number, code: number, msg = 'words'): OutgoingAnswer => ({
  kind: 'answered',
  status,
  headers: {},
  text: JSON.stringify({ code, msg }),
})

describe('a request to Binance', () => {
  it('is signed as its documentation shows', () => {
    const text =
      'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559'

    expect(signatureOf('NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j', text)).toBe(
      'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
    )
  })

  it('is signed as it is sent, whatever is in it', async () => {
    const { book, platform } = await running()
    book.move('USDT', '1000')
    const destination = { network: 'TRX', address: 'a b+c/d?e=ü&signature=f' }

    expect(await platform.place({ ...WITHDRAWAL, destination })).toEqual({ kind: 'pending' })
    expect(book.withdrawals[0]?.address).toBe(destination.address)
  })

  it('is asked again once where the clocks differ, and is in time from then on', async () => {
    const { book, clock, asked, platform } = await running()
    book.move('USDT', '1000')
    clock.aheadMs = -60_000

    expect(await platform.balance(SPOT)).toEqual({ kind: 'known', balance: '1000' })
    expect(await platform.balance(SPOT)).toEqual({ kind: 'known', balance: '1000' })
    expect(asked('GET /api/v3/time')).toHaveLength(1)
    expect(asked('POST /sapi/v3/asset/getUserAsset')).toHaveLength(3)
  })

  it.each([WITHDRAWAL, TRADE])(
    'that is a $type is not sent again where the clocks differ, but the next is in time',
    async (order) => {
      const { book, clock, platform } = await running()
      book.move('USDT', '1000')
      clock.aheadMs = 60_000

      expect(await platform.place(order)).toEqual({ kind: 'not_sent', reason: 'error -1021' })
      expect(book.movements()).toHaveLength(1)
      expect(['pending', 'confirmed']).toContain((await platform.place(order)).kind)
      expect(book.withdrawals.length + book.trades.length).toBe(1)
    },
  )

  it('says that it cannot know where it stays out of time', async () => {
    const platform = hearing((path) =>
      path === '/api/v3/time' ? `{"serverTime":${Date.now()}}` : failed(400, -1021),
    )

    expect(await platform.balance(SPOT)).toEqual({ kind: 'unknown', reason: 'error -1021' })
  })
})

describe('what Binance answers to an order', () => {
  it.each([
    ['a filter', failed(400, -1013), 'refused'],
    ['a parameter', failed(400, -1102), 'refused'],
    ['too many decimals', failed(400, -1111), 'refused'],
    ['too little money', failed(400, -2010), 'refused'],
    ['a rule of withdrawals', failed(400, -4026), 'refused'],
    ['a wrong signature', failed(400, -1022), 'not_sent'],
    ['a key of the wrong form', failed(401, -2014), 'not_sent'],
    ['a key without the right', failed(401, -2015), 'not_sent'],
    ['too many orders', failed(400, -1015), 'not_sent'],
    ['an id that was there before', failed(400, -2010, 'Duplicate order sent.'), 'unknown'],
    ['an error of its own', failed(400, -1000), 'unknown'],
    ['a time-out behind it', failed(504, -1007), 'unknown'],
    ['a refusal with 500', failed(500, -2010), 'unknown'],
    ['a refusal with 200', failed(200, -2010), 'unknown'],
    ['a code that nobody knows', failed(400, -9999), 'unknown'],
    ['a page of a firewall', { kind: 'answered', status: 403, headers: {}, text: '<html>' }, 'unknown'],
    ['nothing', { kind: 'no_answer', reason: 'ECONNRESET' }, 'unknown'],
    ['nothing, for it never left', { kind: 'not_sent', reason: 'ECONNREFUSED' }, 'not_sent'],
  ] as const)('%s', async (_what, answer, kind) => {
    const platform = hearing((path) => (path === '/api/v3/exchangeInfo' ? MARKET : answer))
    for (const order of [WITHDRAWAL, TRADE]) {
      const outcome = await platform.place(order)

      expect(outcome.kind).toBe(kind)
      expect(JSON.stringify(outcome)).not.toMatch(/words|html/)
    }
  })

  it.each([429, 418])('%d, which says when to come back', async (status) => {
    const busy: OutgoingAnswer = { kind: 'answered', status, headers: { 'retry-after': '120' }, text: '' }
    const reason = 'rate limited'

    expect(await hearing(() => busy).place(WITHDRAWAL)).toEqual({
      kind: 'not_sent',
      reason,
      retryAfterMs: 120_000,
    })
    expect(await hearing(() => busy).place(TRADE)).toEqual({
      kind: 'not_sent',
      reason,
      retryAfterMs: 120_000,
    })
    expect(await hearing(() => busy).lookUp?.(TRADE)).toEqual({ kind: 'unknown', reason })
  })
})

describe('a withdrawal at Binance', () => {
  it('leaves with its fee, as it was asked for', async () => {
    const { book, platform } = await running()
    book.move('USDT', '1000')
    book.rules.fee = '1.5'
    await platform.place(WITHDRAWAL)
    const [one] = book.withdrawals
    if (one) one.status = 6

    expect(one?.amount).toBe('248.5')
    expect(await platform.lookUp?.(WITHDRAWAL)).toMatchObject({
      kind: 'confirmed',
      platformReference: one?.id,
    })
    expect(await platform.balance(SPOT)).toEqual({ kind: 'known', balance: '750' })
    expect(
      await platform.entries({ ...SPOT, since: new Date(Date.now() - DAY_MS / 2), page: null }),
    ).toMatchObject({
      entries: [{ amount: '1000' }, { amount: '-250' }],
    })
  })

  it('still counts while it is on its way', async () => {
    const { book, platform } = await running()
    book.move('USDT', '1000')
    await platform.place(WITHDRAWAL)

    expect(await platform.balance(SPOT)).toEqual({ kind: 'known', balance: '1000' })
  })

  it('is looked for in each week since its reference was made', async () => {
    const { book, asked, platform } = await running()
    const order = { ...WITHDRAWAL, reference: referenceAt(Date.now() - 20 * DAY_MS) }
    book.move('USDT', '1000')
    await platform.place(order)
    const [one] = book.withdrawals
    for (const daysAgo of [19, 8, 1, 0.05]) {
      if (one) one.atMs = Date.now() - daysAgo * DAY_MS
      expect(await platform.lookUp?.(order)).toEqual({ kind: 'pending' })
    }
    expect(asked('GET /sapi/v1/capital/withdraw/history')).toHaveLength(12)
    expect((await platform.lookUp?.({ ...order, reference: referenceAt(Date.now()) }))?.kind).toBe('absent')
    expect(asked('GET /sapi/v1/capital/withdraw/history')).toHaveLength(13)
  })

  it.each([
    ['to another address', { destination: { network: 'TRX', address: 'other' } }],
    [
      'over another network',
      { destination: { network: 'ETH', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' } },
    ],
    ['of another currency', { currency: 'BTC' }],
  ])('is not taken for one %s', async (_what, change) => {
    const { book, platform } = await running()
    book.move('USDT', '1000')
    await platform.place(WITHDRAWAL)

    expect((await platform.lookUp?.({ ...WITHDRAWAL, ...change }))?.kind).toBe('unknown')
  })

  it('that stands there twice is not known', async () => {
    const { book, platform } = await running()
    book.move('USDT', '1000')
    await platform.place(WITHDRAWAL)
    await platform.place(WITHDRAWAL)

    expect((await platform.lookUp?.(WITHDRAWAL))?.kind).toBe('unknown')
  })

  it.each([
    [0, 'pending'],
    [1, 'refused'],
    [2, 'pending'],
    [3, 'refused'],
    [4, 'pending'],
    [5, 'refused'],
    [6, 'confirmed'],
    [7, 'unknown'],
  ])('of status %d is %s', async (status, kind) => {
    const { book, platform } = await running()
    book.move('USDT', '1000')
    await platform.place(WITHDRAWAL)
    for (const one of book.withdrawals) one.status = status

    expect((await platform.lookUp?.(WITHDRAWAL))?.kind).toBe(kind)
  })

  it('without a destination, or from another account, is refused', async () => {
    const { heard, platform } = await running()
    const { destination: _, ...nowhere } = WITHDRAWAL

    expect((await platform.place(nowhere)).kind).toBe('refused')
    expect((await platform.place({ ...WITHDRAWAL, account: 'margin' })).kind).toBe('refused')
    expect(heard).toEqual([])
  })
})

describe('a reference at Binance', () => {
  it('is itself where it fits, else always the same short form', () => {
    const ours = referenceAt(Date.now())
    const long = `${ours}/reversal/1`

    expect(clientIdOf(ours)).toBe(ours)
    expect(clientIdOf(long)).toMatch(/^[0-9a-f]{32}$/)
    expect(clientIdOf(long)).toBe(clientIdOf(long))
    expect(clientIdOf(long)).not.toBe(clientIdOf(`${ours}/reversal/2`))
  })
})

describe('a trade at Binance', () => {
  const sell: Order = { ...TRADE, currency: 'BTC', amount: '0.004', buy: SPOT }

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

  const found = (change: object) =>
    JSON.stringify({
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
  const fill = (qty: string, rest = '') =>
    `{"symbol":"BTCUSDT","id":9007199254740995,"orderId":9007199254740993,"qty":${qty},"quoteQty":"200","commission":1e-6,"commissionAsset":"BTC","time":1700000000000,"isBuyer":true}${rest}`
  const lookedUp = (order: object, fills: string) =>
    hearing((path) =>
      path === '/api/v3/exchangeInfo' ? MARKET : path === '/api/v3/order' ? found(order) : `[${fills}]`,
    ).lookUp?.(TRADE)

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

  function tradeOf(book: Awaited<ReturnType<typeof running>>['book']) {
    return book.trade({
      symbol: 'BTCUSDT',
      side: 'SELL',
      clientOrderId: 'x',
      origQty: '0.001',
      origQuoteOrderQty: '0',
    })
  }
})
