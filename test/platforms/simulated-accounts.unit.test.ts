import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { FAULTS, magicAmount } from '#integrations/platforms/simulated/server/faults.ts'
import { HOUR_MS, PAYOUT, useBank } from './bank-fixture.ts'
import { askerOf } from './simulated-harness.ts'
import { waitUntil } from './wait-until.ts'

const bank = useBank()

const DEPOSIT = { reference: 'o-1', type: 'deposit', account: 'main', currency: 'USDT', amount: '250.00' }
const WITHDRAWAL = { ...DEPOSIT, reference: 'o-2', type: 'withdrawal', amount: '100' }
const TRADE = {
  ...DEPOSIT,
  reference: 'o-3',
  type: 'trade',
  amount: '100.5',
  buy: { account: 'vault', currency: 'BTC' },
}

describe('an order', () => {
  it('is confirmed in the answer, moves the balance, and nothing more is said to whoever looks it up', async () => {
    const sent = await send(DEPOSIT)

    expect(sent).toEqual({
      status: 201,
      body: {
        ...DEPOSIT,
        status: 'confirmed',
        bankReference: expect.any(String),
        bookedAt: expect.any(String),
      },
    })
    expect(await bank.ask('GET', '/orders/o-1')).toEqual({ ...sent, status: 200 })
    expect(await bank.ask('GET', '/orders/o-9')).toEqual({
      status: 404,
      body: { reference: 'o-9', status: 'absent' },
    })
    expect(await balanceOf('main', 'USDT')).toBe('250')
  })

  it('gets its first answer again, whatever has happened to the account since', async () => {
    await send(DEPOSIT)
    const first = await send({ ...WITHDRAWAL, amount: '250' })

    expect(first.status).toBe(201)
    expect(await send({ ...WITHDRAWAL, amount: '250' })).toEqual(first)
    expect(await balanceOf('main', 'USDT')).toBe('0')
    expect(await orderKinds()).toEqual(['order.confirmed', 'order.confirmed'])
  })

  it.each([
    { amount: '250' },
    { currency: 'EUR' },
    { account: 'other' },
    { type: 'withdrawal' },
    { type: 'trade', buy: { account: 'main', currency: 'BTC' } },
    { type: 'withdrawal', destination: { network: 'TRON', address: 'T1' } },
  ])('keeps its reference to itself: %j is another', async (other) => {
    await send(DEPOSIT)

    expect(await send({ ...DEPOSIT, ...other })).toEqual({
      status: 409,
      body: { reason: 'reference_taken_by_another_order' },
    })
    expect(await balanceOf('main', 'USDT')).toBe('250')
  })

  it('and a payout do not share a reference, whichever came first', async () => {
    await send(DEPOSIT)
    await bank.ask('POST', '/payouts', PAYOUT)

    expect((await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'o-1' })).status).toBe(409)
    expect((await send({ ...DEPOSIT, reference: PAYOUT.reference })).status).toBe(409)
    expect(await balanceOf('main', 'USDT')).toBe('250')
  })

  it.each([
    ['insufficient_funds', { ...WITHDRAWAL, amount: '250.000000000000000001' }],
    ['insufficient_funds', { ...WITHDRAWAL, currency: 'EUR' }],
    ['no_such_account', { ...WITHDRAWAL, account: 'nobody' }],
    ['unknown_pair', { ...TRADE, buy: { account: 'main', currency: 'DOGE' } }],
    ['amount_too_small', { ...TRADE, amount: '0.0009' }],
  ])('is refused with %s, and stays refused once the reason is gone', async (reason, order) => {
    await send(DEPOSIT)
    const refused = await send(order)

    expect(refused).toMatchObject({ status: 422, body: { status: 'refused', reason } })
    await send({ ...DEPOSIT, reference: 'o-more', amount: '1000' })
    expect(await send(order)).toEqual(refused)
    expect(await balanceOf('main', 'USDT')).toBe('1250')
  })

  it('that was pending is refused where there is no longer enough when it is due', async () => {
    await send(DEPOSIT)
    await bank.ask('POST', '/faults', { fault: 'answer_late', reference: 'o-2', delayMs: HOUR_MS })
    expect((await send(WITHDRAWAL)).status).toBe(202)
    await send({ ...WITHDRAWAL, reference: 'o-4', amount: '200' })

    expect(await bank.ask('POST', '/orders/o-2/hurry')).toMatchObject({
      body: { status: 'refused', reason: 'insufficient_funds' },
    })
    expect(await balanceOf('main', 'USDT')).toBe('50')
  })

  it.each([
    ['4004.01', 422],
    ['4004.08', 201],
    ['4004.13', 500],
    ['4004.18', 429],
    ['4004.19', 201],
  ])('of the amount %s is answered with %d, once for a reference', async (amount, status) => {
    expect((await send({ ...DEPOSIT, amount })).status).toBe(status)
    expect((await send({ ...DEPOSIT, amount })).status).toBe(status === 422 ? 422 : 201)
  })

  it.each([
    ['buy', { ...TRADE, buy: undefined }],
    ['buy', { ...DEPOSIT, buy: TRADE.buy }],
    ['destination', { ...DEPOSIT, destination: { network: 'TRON', address: 'T1' } }],
    ['destination.address', { ...WITHDRAWAL, destination: { network: 'TRON' } }],
    ['type', { ...DEPOSIT, type: 'gift' }],
    ['account', { ...DEPOSIT, account: 'a/b' }],
    ['amount', { ...DEPOSIT, amount: '-1' }],
    ['', { ...DEPOSIT, tip: '1' }],
  ])('with a bad %s is refused by name, and nothing is booked', async (parameter, order) => {
    expect(await send(order)).toMatchObject({ status: 400, body: { errors: [{ parameter }] } })
    expect(await bank.journal()).toEqual([])
  })
})

describe('a trade', () => {
  it('buys at the rate, rounded down, and is an entry on both sides', async () => {
    await send(DEPOSIT)

    expect(await send({ ...TRADE, amount: '100.0009' })).toMatchObject({
      status: 201,
      body: { bought: '0.001' },
    })
    expect(await balanceOf('main', 'USDT')).toBe('149.9991')
    expect(await balanceOf('vault', 'BTC')).toBe('0.001')
    const { entries } = (await bank.ask('GET', '/book/entries')).body as { entries: object[] }
    expect(entries.slice(1)).toMatchObject([
      { reference: 'o-3', account: 'main', currency: 'USDT', amount: '-100.0009', what: 'trade' },
      { reference: 'o-3', account: 'vault', currency: 'BTC', amount: '0.001', what: 'trade' },
    ])
  })

  it('goes at the rate of its day: an earlier one keeps its own, also after a restart', async () => {
    await send(DEPOSIT)
    await send({ ...TRADE, amount: '100' })
    const rate = { sell: 'USDT', buy: 'BTC', rate: '0.000123456789', decimals: 10 }
    expect(await bank.ask('PUT', '/rates', rate)).toEqual({ status: 200, body: rate })
    await bank.restart()
    await send({ ...TRADE, reference: 'o-4', amount: '1' })

    expect((await bank.ask('GET', '/rates')).body).toMatchObject({ rates: expect.arrayContaining([rate]) })
    expect(await balanceOf('vault', 'BTC')).toBe('0.0011234567')
  })
})

describe('an account', () => {
  it('is not there before its first movement, and says so in its own words', async () => {
    const absent = { status: 404, body: { account: 'main', status: 'absent' } }

    expect(await bank.ask('GET', '/accounts/main/balances/USDT')).toEqual(absent)
    expect(await bank.ask('GET', '/accounts/main/entries?currency=USDT')).toEqual(absent)
    await send({ ...WITHDRAWAL, reference: 'o-0' })
    expect(await bank.ask('GET', '/accounts/main/balances/USDT')).toEqual(absent)
    await send(DEPOSIT)
    expect(await balanceOf('main', 'EUR')).toBe('0')
  })

  it('is moved by the platform itself, but never below zero', async () => {
    const entry = { currency: 'USDT', amount: '7.5', what: 'bonus' }
    expect(await bank.ask('POST', '/accounts/main/entries', entry)).toMatchObject({
      status: 201,
      body: { ...entry, account: 'main', reference: null, entryId: expect.any(String) },
    })
    expect(await bank.ask('POST', '/accounts/main/entries', { ...entry, amount: '-7.6' })).toEqual({
      status: 409,
      body: { reason: 'insufficient_funds' },
    })
    await bank.ask('POST', '/accounts/main/entries', { ...entry, amount: '-7.5' })

    expect(await balanceOf('main', 'USDT')).toBe('0')
  })

  it.each([
    ['amount', { currency: 'USDT', amount: '0' }],
    ['amount', { currency: 'USDT', amount: '--1' }],
    ['what', { currency: 'USDT', amount: '1', what: 'Ana Lovelace' }],
  ])('is not moved by an entry with a bad %s', async (parameter, entry) => {
    expect(await bank.ask('POST', '/accounts/main/entries', entry)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter }] },
    })
  })

  it('has entries in pages of fifty that stay what they are while more are booked', async () => {
    for (let n = 1; n <= 51; n += 1)
      await bank.ask('POST', '/accounts/main/entries', { currency: 'USDT', amount: String(n) })
    const page = async (name: string) =>
      (await bank.ask('GET', `/accounts/main/entries?currency=USDT&page=${name}`)).body as {
        entries: object[]
        next: string | null
      }
    const first = await page('0')
    const second = await page(first.next ?? '')
    await bank.ask('POST', '/accounts/main/entries', { currency: 'USDT', amount: '52' })

    expect(first.entries).toHaveLength(50)
    expect(second).toMatchObject({ entries: [{ amount: '51' }], next: null })
    expect(await page('0')).toEqual(first)
    expect(await page('1')).toMatchObject({ entries: [{ amount: '51' }, { amount: '52' }] })
  })
})

describe('the book of the accounts', () => {
  it('is all there again after a restart: orders, entries, and who is called', async () => {
    await send(DEPOSIT)
    await send(TRADE)
    await send({ ...WITHDRAWAL, amount: '9999' })
    await bank.ask('POST', '/accounts/main/entries', { currency: 'USDT', amount: '-1' })
    await bank.ask('PUT', '/callback', { url: 'http://127.0.0.1:9/calls' })
    const paths = ['/book/orders', '/book/entries', '/callback', '/accounts/main/balances/USDT']
    const before = await Promise.all(paths.map((path) => bank.ask('GET', path)))
    await bank.restart()

    expect(await Promise.all(paths.map((path) => bank.ask('GET', path)))).toEqual(before)
    expect(before[0]?.body).toMatchObject({
      orders: [{ reference: 'o-1' }, { reference: 'o-3' }, { reference: 'o-2', status: 'refused' }],
    })
    expect(before[1]?.body).toMatchObject({
      entries: [{ amount: '250' }, { amount: '-100.5' }, { amount: '0.001005' }, { amount: '-1' }],
    })
  })

  it.each(['answer_late', 'commit_late'])('keeps what is due after %s through a restart', async (fault) => {
    await bank.ask('POST', '/faults', { fault, delayMs: HOUR_MS })
    if (fault === 'answer_late') await send(DEPOSIT)
    else {
      const silence = send(DEPOSIT).catch(() => undefined)
      await waitUntil('it is on its way', async () => (await orderKinds()).length > 0 || undefined)
      await bank.restart()
      await silence
    }
    await bank.restart()

    expect(await balanceOf('main', 'USDT')).toBe(404)
    expect((await bank.ask('POST', '/orders/o-1/hurry')).body).toMatchObject({ status: 'confirmed' })
    expect(await balanceOf('main', 'USDT')).toBe('250')
    expect((await bank.ask('POST', '/orders/o-1/hurry')).status).toBe(409)
  })
})

describe('a platform that is down', () => {
  it('answers nothing until it is over, and the faults can still be taken back', async () => {
    await send(DEPOSIT)
    await bank.ask('POST', '/faults', { fault: 'down', delayMs: HOUR_MS })
    const paths = ['/ping', '/orders/o-1', '/accounts/main/balances/USDT', '/book', '/payouts/w-1']

    for (const path of paths) expect((await bank.ask('GET', path)).status).toBe(503)
    expect((await send(WITHDRAWAL)).status).toBe(503)
    await bank.ask('DELETE', '/faults')
    expect(await bank.ask('GET', '/ping')).toEqual({ status: 200, body: { status: 'ok' } })
    expect(await balanceOf('main', 'USDT')).toBe('250')
  })

  it('says how long to wait where there is too much', async () => {
    await bank.ask('POST', '/faults', { fault: 'rate_limited', delayMs: 2_500, times: 2 })
    const headers = { authorization: 'Bearer key-of-the-tests' }
    const answer = await fetch(`${bank.url()}/accounts/main/balances/USDT`, { headers })

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3'])
    expect((await bank.ask('POST', '/payouts', PAYOUT)).status).toBe(429)
    expect((await bank.ask('GET', '/book')).body).toMatchObject({ payouts: [] })
  })
})

describe('the page of the sandbox', () => {
  it('needs no key, names every fault of the documentation, and loads nothing', async () => {
    const page = await (await fetch(`${bank.url()}/`)).text()
    const documented = await readFile('docs/sandbox.md', 'utf8')

    for (const fault of FAULTS) {
      const amount = magicAmount(fault) ?? ''
      expect(page).toContain(`<tr><td>${fault}<td>${amount}\n`)
      expect(documented).toMatch(new RegExp(`^\\| \`${fault}\` \\|.*\\| ${amount} ?\\|$`, 'm'))
    }
    expect(page).not.toMatch(/<script|<link|<img|src=|@import/)
    expect(page).not.toContain('key-of-the-tests')
    expect((await askerOf(bank.url(), '')('GET', '/rates')).status).toBe(401)
  })
})

function send(order: object) {
  return bank.ask('POST', '/orders', order)
}

async function balanceOf(account: string, currency: string): Promise<unknown> {
  const { status, body } = await bank.ask('GET', `/accounts/${account}/balances/${currency}`)
  return status === 200 ? (body as { balance: string }).balance : status
}

async function orderKinds(): Promise<string[]> {
  return (await bank.journal()).map(({ kind }) => kind).filter((kind) => kind.startsWith('order.'))
}
