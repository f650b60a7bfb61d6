import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { Answer } from '#integrations/platforms/simulated/client.ts'
import { isSigned, signCall } from '#integrations/platforms/simulated/signature.ts'
import { toEvent, toLookup, toOutcome, toPage } from '#integrations/platforms/simulated/translate.ts'
import { httpServer } from '#test/support/http-server.ts'
import { API_KEY, SECRET, platformAt } from './simulated-harness.ts'

const FACTS = { reference: 'w-1', amount: '12.50', currency: 'EUR' }
const AT = '2026-01-02T03:04:05.678Z'
const CONFIRMED = { ...FACTS, status: 'confirmed', bankReference: 'b-1', bookedAt: AT }
const REFUSED = { ...FACTS, status: 'refused', reason: 'account_closed' }
const PENDING = { ...FACTS, status: 'pending' }
const RETURN = { returnReference: 'r-1', amount: '12.50', currency: 'EUR', reason: 'wrong_person', at: AT }
const RETURNED = { ...CONFIRMED, status: 'returned', return: RETURN }

describe('the answer to a send', () => {
  it.each([
    [201, CONFIRMED, { kind: 'confirmed', platformReference: 'b-1', at: AT }],
    [202, PENDING, { kind: 'pending' }],
    [422, REFUSED, { kind: 'refused', reason: 'account_closed' }],
    [409, { reason: 'anything' }, { kind: 'unknown', reason: 'reference taken by another payout' }],
  ])('%d is read for what it says', (status, body, outcome) => {
    expect(toOutcome(PAYOUT, answer(status, body))).toEqual(outcome)
  })

  it.each([
    ['another reference', 201, { ...CONFIRMED, reference: 'w-2' }],
    ['another amount', 201, { ...CONFIRMED, amount: '12.5' }],
    ['another currency', 201, { ...CONFIRMED, currency: 'USD' }],
    ['an amount that is a number', 201, { ...CONFIRMED, amount: 12.5 }],
    ['no bank reference', 201, { ...CONFIRMED, bankReference: '' }],
    ['a time that is none', 201, { ...CONFIRMED, bookedAt: 'yesterday' }],
    ['a refusal of another payout', 422, { ...REFUSED, reference: 'w-2' }],
    ['a refusal without a reason', 422, { ...FACTS, status: 'refused' }],
    ['a refusal with the status of success', 201, REFUSED],
    ['a confirmation with the status of refusal', 422, CONFIRMED],
    ['a refusal with the status of a malformed request', 400, REFUSED],
    ['a bare 422', 422, undefined],
    ['400', 400, { reason: 'invalid_request' }],
    ['401', 401, { reason: 'unauthorized' }],
    ['403', 403, { reason: 'forbidden' }],
    ['404', 404, { reference: 'w-1', status: 'absent' }],
    ['500', 500, REFUSED],
    ['503', 503, undefined],
    ['a word it does not know', 201, { ...CONFIRMED, status: 'done' }],
    ['a return', 201, RETURNED],
  ])('with %s is unknown', (_what, status, body) => {
    expect(toOutcome(PAYOUT, answer(status, body))).toEqual({ kind: 'unknown', reason: expect.any(String) })
  })
})

describe('a page of the book', () => {
  const TIMES = { takenAt: AT, changedAt: AT }

  it('is read entry by entry, with the name of the next', () => {
    const payouts = [CONFIRMED, PENDING, REFUSED, RETURNED].map((one) => ({ ...one, ...TIMES }))
    const facts = { ...FACTS, ...TIMES, platformReference: null, returnedAmount: null }
    expect(toPage(answer(200, { payouts, next: '7' }))).toEqual({
      kind: 'listed',
      payouts: [
        { ...facts, state: 'confirmed', platformReference: 'b-1' },
        { ...facts, state: 'pending' },
        { ...facts, state: 'refused' },
        { ...facts, state: 'returned', platformReference: 'b-1', returnedAmount: '12.50' },
      ],
      next: '7',
    })
  })

  it.each([
    ['one entry that cannot be read', 200, { payouts: [{ ...CONFIRMED, ...TIMES }, PENDING], next: null }],
    ['a status it does not know', 200, { payouts: [{ ...CONFIRMED, ...TIMES, status: 'done' }], next: null }],
    [
      'a return in another currency',
      200,
      { payouts: [{ ...RETURNED, ...TIMES, return: { ...RETURN, currency: 'USD' } }], next: null },
    ],
    ['no word about the next', 200, { payouts: [] }],
    ['404', 404, { payouts: [], next: null }],
    ['503', 503, { reason: 'book_is_down' }],
    ['no JSON', 200, undefined],
  ])('with %s is unknown as a whole', (_what, status, body) => {
    expect(toPage(answer(status, body))).toEqual({ kind: 'unknown', reason: expect.any(String) })
  })
})

describe('the answer to a look-up', () => {
  it.each([
    [200, CONFIRMED, { kind: 'confirmed', platformReference: 'b-1', at: AT }],
    [200, PENDING, { kind: 'pending' }],
    [200, REFUSED, { kind: 'refused', reason: 'account_closed' }],
    [200, RETURNED, { kind: 'returned', platformReference: 'b-1', at: AT, returned: RETURN }],
    [404, { reference: 'w-1', status: 'absent' }, { kind: 'absent' }],
  ])('%d is read for what it says', (status, body, found) => {
    expect(toLookup(PAYOUT, answer(status, body))).toEqual(found)
  })

  it.each([
    ['a 404 without the word', 404, { reason: 'no_such_path' }],
    ['a 404 about another reference', 404, { reference: 'w-2', status: 'absent' }],
    ['a 404 that is a page', 404, undefined],
    ['absence with the status of success', 200, { reference: 'w-1', status: 'absent' }],
    ['another reference', 200, { ...CONFIRMED, reference: 'w-2' }],
    ['a return in another currency', 200, { ...RETURNED, return: { ...RETURN, currency: 'USD' } }],
    ['a return without facts', 200, { ...CONFIRMED, status: 'returned' }],
    ['a refusal with the status of an outage', 503, REFUSED],
    ['401', 401, { reason: 'unauthorized' }],
    ['a redirect', 302, CONFIRMED],
    ['absence with the status of an outage', 503, { reference: 'w-1', status: 'absent' }],
  ])('with %s is unknown', (_what, status, body) => {
    expect(toLookup(PAYOUT, answer(status, body))).toEqual({ kind: 'unknown', reason: expect.any(String) })
  })
})

describe('the body of a call', () => {
  it.each([
    ['nonsense'],
    ['null'],
    ['{"eventId":"e-1","reference":"w-1"}'],
    ['{"eventId":"","reference":"w-1","type":"payout.confirmed"}'],
    ['{"eventId":"e-1","reference":"w-1","type":"payout.made_up"}'],
  ])('that says %s is not an event', (rawBody) => {
    expect(toEvent(rawBody)).toBeUndefined()
  })
})

describe('the signature of a call', () => {
  it('covers the time, which cannot be moved on', () => {
    const rawBody = '{}'
    const seconds = Math.floor(Date.now() / 1000)
    const old = signCall(SECRET, rawBody, seconds - 3_600)

    expect(isSigned(SECRET, rawBody, old.replace(/^t=[0-9]+/, `t=${seconds}`))).toBe(false)
    expect(isSigned(SECRET, rawBody, signCall(SECRET, rawBody, seconds))).toBe(true)
  })
})

describe('on the wire', () => {
  let server: Awaited<ReturnType<typeof httpServer>> | undefined

  afterEach(async () => {
    await server?.stop()
    server = undefined
  })

  it('follows no redirect, so that the key goes nowhere else', async () => {
    const asked: string[] = []
    const url = await serve((req, res) => {
      asked.push(req.url ?? '')
      res.writeHead(307, { location: '/elsewhere' }).end()
    })

    expect((await platformAt(url).payOut(PAYOUT)).kind).toBe('unknown')
    expect((await platformAt(url).lookUp(PAYOUT)).kind).toBe('unknown')
    expect(asked).toEqual(['/payouts', '/payouts/w-1'])
  })

  it('reads no answer without end', async () => {
    const body = JSON.stringify({ ...CONFIRMED, padding: 'x'.repeat(70_000) })
    const url = await serve((_req, res) => {
      res.writeHead(201, { 'content-type': 'application/json' }).end(body)
    })

    expect((await platformAt(url).payOut(PAYOUT)).kind).toBe('unknown')
  })

  it('gives up on an answer that begins and never ends', async () => {
    const url = await serve((_req, res) => {
      res.writeHead(201, { 'content-type': 'application/json' }).write(JSON.stringify(CONFIRMED))
    })

    expect((await platformAt(url, 200).payOut(PAYOUT)).kind).toBe('unknown')
  })

  it('sends what the bank knows of a payout and nothing else', async () => {
    let sent = ''
    const url = await serve((req, res) => {
      req.setEncoding('utf8').on('data', (part: string) => {
        sent += part
      })
      req.on('end', () => {
        res.writeHead(201).end(JSON.stringify(CONFIRMED))
      })
    })
    const more = { ...PAYOUT, operation: 'op_1', creditor: { ...PAYOUT.creditor, birthday: '1815-12-10' } }

    expect((await platformAt(url).payOut(more)).kind).toBe('confirmed')
    expect(JSON.parse(sent)).toEqual(PAYOUT)
  })

  it('keeps its secrets out of what it reports', async () => {
    const url = await serve((_req, res) => {
      res.destroy()
    })
    const reports = [await platformAt(url).payOut(PAYOUT), await platformAt(url).lookUp(PAYOUT)]

    expect(JSON.stringify(reports)).not.toMatch(new RegExp(`${API_KEY}|${SECRET}|127\\.0\\.0\\.1`))
  })

  it('is not made for a url that is none', () => {
    expect(() => platformAt('not a url')).toThrow('Invalid URL')
  })

  async function serve(listener: RequestListener): Promise<string> {
    server = await httpServer(listener)
    return server.url
  }
})

const PAYOUT = { reference: 'w-1', amount: '12.50', currency: 'EUR', creditor: { fullName: 'Ana' } }

function answer(status: number, body: unknown): Answer {
  return { kind: 'answered', status, body }
}
