import { describe, expect, it } from '@jest/globals'
import type { OutgoingAnswer } from '#domain/platforms/holding-platform.ts'
import { signatureOf } from '#integrations/platforms/binance/client.ts'
import { clientIdOf } from '#integrations/platforms/binance/reference.ts'
import { cleanup } from '#test/support/cleanup.ts'
import {
  DAY_MS,
  MARKET,
  SPOT,
  TRADE,
  WITHDRAWAL,
  failed,
  hearing,
  referenceAt,
  startBinance,
} from './binance-fixture.ts'

const after = cleanup()

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
    const tooOld = { ...order, reference: referenceAt(Date.now() - 90 * DAY_MS) }
    expect((await platform.lookUp?.(tooOld))?.kind).toBe('unknown')
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

const running = () => startBinance(after)
