import { describe, expect, it } from '@jest/globals'
import type { Order } from '#domain/platforms/holding-platform.ts'
import type { HoldingAnswer } from '#integrations/platforms/simulated/holding-client.ts'
import {
  toBalance,
  toConnection,
  toEntryPage,
  toHeldEvent,
  toOrderLookup,
  toOrderOutcome,
} from '#integrations/platforms/simulated/holding-translate.ts'
import { simulatedLabel } from '#integrations/platforms/simulated/label.ts'
import { httpServer } from '#test/support/http-server.ts'
import { plainOutgoing } from '#test/support/plain-outgoing.ts'
import { API_KEY, SECRET } from './simulated-harness.ts'

const AT = '2026-01-02T03:04:05.678Z'
const PLACE = { account: 'main', currency: 'USDT' }
const BUY = { account: 'main', currency: 'BTC' }
const ORDER: Order = { reference: 'o-1', type: 'withdrawal', ...PLACE, amount: '12.50' }
const CONFIRMED = { ...ORDER, status: 'confirmed', bankReference: 'b-1', bookedAt: AT }
const REFUSED = { ...ORDER, status: 'refused', reason: 'insufficient_funds' }
const PENDING = { ...ORDER, status: 'pending' }

describe('the answer to an order', () => {
  it.each([
    [201, CONFIRMED, { kind: 'confirmed', platformReference: 'b-1', at: AT }],
    [202, PENDING, { kind: 'pending' }],
    [422, REFUSED, { kind: 'refused', reason: 'insufficient_funds' }],
    [409, { reason: 'anything' }, { kind: 'unknown', reason: 'reference taken by another order' }],
  ])('%d is read for what it says', (status, body, outcome) => {
    expect(toOrderOutcome(ORDER, answer(status, body))).toEqual(outcome)
  })

  it.each([
    ['another reference', 201, { ...CONFIRMED, reference: 'o-2' }],
    ['another amount', 201, { ...CONFIRMED, amount: '12.5' }],
    ['another currency', 201, { ...CONFIRMED, currency: 'USDC' }],
    ['another account', 201, { ...CONFIRMED, account: 'vault' }],
    ['another type', 201, { ...CONFIRMED, type: 'deposit' }],
    ['something bought', 201, { ...CONFIRMED, bought: '1' }],
    ['a place bought at', 201, { ...CONFIRMED, buy: BUY }],
    ['no bank reference', 201, { ...CONFIRMED, bankReference: '' }],
    ['a time that is none', 201, { ...CONFIRMED, bookedAt: 'yesterday' }],
    ['a refusal of another order', 422, { ...REFUSED, account: 'vault' }],
    ['a refusal without a reason', 422, { ...ORDER, status: 'refused' }],
    ['a refusal with the status of success', 201, REFUSED],
    ['a confirmation with the status of refusal', 422, CONFIRMED],
    ['a refusal with the status of a malformed request', 400, REFUSED],
    ['a bare 422', 422, undefined],
    ['401', 401, { reason: 'unauthorized' }],
    ['404', 404, { reference: 'o-1', status: 'absent' }],
    ['500', 500, REFUSED],
    ['503', 503, REFUSED],
    ['a word it does not know', 201, { ...CONFIRMED, status: 'done' }],
  ])('with %s is unknown', (_what, status, body) => {
    expect(toOrderOutcome(ORDER, answer(status, body))).toEqual(UNKNOWN)
    if (status !== 404) expect(toOrderLookup(ORDER, answer(status, body))).toEqual(UNKNOWN)
  })

  it('of a trade says what was bought where it was asked for, or is unknown', () => {
    const bought = { ...CONFIRMED, type: 'trade', buy: BUY, bought: '0.000125' }

    expect(readTrade(bought)).toMatchObject({ kind: 'confirmed', bought: '0.000125' })
    expect(readTrade({ ...bought, bought: undefined })).toEqual(UNKNOWN)
    expect(readTrade({ ...bought, bought: '1e3' })).toEqual(UNKNOWN)
    expect(readTrade({ ...bought, buy: { ...BUY, account: 'vault' } })).toEqual(UNKNOWN)
    expect(readTrade({ ...bought, buy: undefined })).toEqual(UNKNOWN)
  })

  it('that was never asked for is not sent, and a look-up that was not made knows nothing', () => {
    const held = { kind: 'not_sent', reason: 'rate limited', retryAfterMs: 7_000 } as const

    expect(toOrderOutcome(ORDER, held)).toEqual(held)
    expect(toOrderLookup(ORDER, held)).toEqual({ kind: 'unknown', reason: 'rate limited' })
  })
})

describe('the answer to a look-up of an order', () => {
  it.each([
    [200, CONFIRMED, { kind: 'confirmed', platformReference: 'b-1', at: AT }],
    [200, PENDING, { kind: 'pending' }],
    [200, REFUSED, { kind: 'refused', reason: 'insufficient_funds' }],
    [404, { reference: 'o-1', status: 'absent' }, { kind: 'absent' }],
  ])('%d is read for what it says', (status, body, found) => {
    expect(toOrderLookup(ORDER, answer(status, body))).toEqual(found)
  })

  it.each([
    ['a 404 without the word', 404, { reason: 'no_such_path' }],
    ['a 404 about another reference', 404, { reference: 'o-2', status: 'absent' }],
    ['absence with the status of success', 200, { reference: 'o-1', status: 'absent' }],
    ['absence with the status of an outage', 503, { reference: 'o-1', status: 'absent' }],
    ['another order under the reference', 200, { ...CONFIRMED, amount: '99' }],
    ['a redirect', 302, CONFIRMED],
  ])('with %s is unknown', (_what, status, body) => {
    expect(toOrderLookup(ORDER, answer(status, body))).toEqual(UNKNOWN)
  })
})

describe('what is read of the book', () => {
  const ENTRY = { entryId: 'e-1', reference: null, ...PLACE, amount: '-1.5', at: AT, what: 'trade' }
  const { account: _account, currency: _currency, ...LISTED } = ENTRY

  it('is a balance in plain decimals, an account that is none, or unknown', () => {
    const read = (status: number, body: unknown) => toBalance(PLACE, answer(status, body))

    expect(read(200, { ...PLACE, balance: '-0.5' })).toEqual({ kind: 'known', balance: '-0.5' })
    expect(read(404, { account: 'main', status: 'absent' })).toEqual({ kind: 'no_such_account' })
    expect(read(404, { account: 'vault', status: 'absent' })).toEqual(UNKNOWN)
    expect(read(404, undefined)).toEqual(UNKNOWN)
    expect(read(503, { account: 'main', status: 'absent' })).toEqual(UNKNOWN)
    expect(read(200, { ...PLACE, balance: '1e3' })).toEqual(UNKNOWN)
    expect(read(200, { ...PLACE, balance: 5 })).toEqual(UNKNOWN)
    expect(read(200, { ...PLACE, account: 'vault', balance: '5' })).toEqual(UNKNOWN)
    expect(read(503, { ...PLACE, balance: '5' })).toEqual(UNKNOWN)
  })

  it('is a page of entries as they are, with the name of the next', () => {
    const body = { ...PLACE, entries: [ENTRY], next: '1' }

    expect(toEntryPage(PLACE, answer(200, body))).toEqual({ kind: 'listed', entries: [LISTED], next: '1' })
  })

  it.each([
    ['one entry that cannot be read', 200, { ...PLACE, entries: [ENTRY, { ...ENTRY, at: '' }], next: null }],
    ['one entry of another place', 200, { ...PLACE, entries: [{ ...ENTRY, currency: 'EUR' }], next: null }],
    ['entries of another account', 200, { ...PLACE, account: 'vault', entries: [], next: null }],
    ['no word about the next', 200, { ...PLACE, entries: [] }],
    ['a bare 404', 404, { reason: 'no_such_path' }],
    ['503', 503, { ...PLACE, entries: [], next: null }],
  ])('with %s is unknown as a whole', (_what, status, body) => {
    expect(toEntryPage(PLACE, answer(status, body))).toEqual(UNKNOWN)
  })

  it('is a connection only where the platform says its word', () => {
    expect(toConnection(answer(200, { status: 'ok' }))).toEqual({ kind: 'ok' })
    expect(toConnection(answer(200, undefined))).toEqual(UNKNOWN)
    expect(toConnection(answer(503, { status: 'ok' }))).toEqual(UNKNOWN)
    expect(toConnection(answer(401, undefined)).kind).toBe('refused')
  })

  it.each([
    ['nonsense'],
    ['null'],
    ['{"eventId":"e-1","reference":"o-1","type":"payout.confirmed","amount":"1","currency":"EUR"}'],
    ['{"eventId":"e-1","reference":"o-1","type":"order.confirmed","amount":1,"currency":"EUR"}'],
  ])('is no event in %s', (rawBody) => {
    expect(toHeldEvent(rawBody)).toBeUndefined()
  })
})

describe('on the wire', () => {
  it.each([
    ['7', 7_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    [undefined, undefined],
  ])('a 429 with a Retry-After of %s was not sent', async (retryAfter, retryAfterMs) => {
    const server = await httpServer((_req, res) => {
      if (retryAfter !== undefined) res.setHeader('retry-after', retryAfter)
      res.writeHead(429).end()
    })
    const outcome = await openAt(server.url).place(ORDER)
    await server.stop()

    expect(outcome).toEqual({
      kind: 'not_sent',
      reason: 'rate limited',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  })

  it('is not opened without its settings, and says which is missing', () => {
    expect(opening({}, { apiKey: 'k', callbackSecret: 's' })).toThrow('apiUrl must be set')
    expect(opening({ apiUrl: 'https://x.test' }, { apiKey: 'k' })).toThrow('callbackSecret must be set')
    expect(opening({ apiUrl: 'nowhere' }, { apiKey: 'k', callbackSecret: 's' })).toThrow('Invalid URL')
  })
})

function readTrade(body: object) {
  return toOrderOutcome(TRADE, answer(201, body))
}

function opening(urls: Record<string, string>, credentials: Record<string, string>) {
  return () => simulatedLabel.open({ urls, credentials }, plainOutgoing())
}

function openAt(apiUrl: string) {
  return simulatedLabel.open(
    { urls: { apiUrl }, credentials: { apiKey: API_KEY, callbackSecret: SECRET } },
    plainOutgoing(),
  )
}

const TRADE: Order = { ...ORDER, type: 'trade', buy: BUY }

const UNKNOWN = { kind: 'unknown', reason: expect.any(String) }

function answer(status: number, body: unknown): HoldingAnswer {
  return { kind: 'answered', status, body }
}
