import { describe, expect, it } from '@jest/globals'
import { HOUR_MS, PAYOUT, useBank } from './bank-fixture.ts'
import { askerOf, platformAt } from './simulated-harness.ts'
import { waitUntil } from './wait-until.ts'

const bank = useBank()

describe('a payout', () => {
  it('is confirmed in the answer, and nothing more is said to whoever looks it up', async () => {
    const sent = await bank.ask('POST', '/payouts', PAYOUT)

    expect(sent).toEqual({
      status: 201,
      body: {
        reference: 'w-1',
        amount: '12.50',
        currency: 'EUR',
        status: 'confirmed',
        bankReference: expect.any(String),
        bookedAt: expect.any(String),
      },
    })
    expect(await bank.ask('GET', '/payouts/w-1')).toEqual({ ...sent, status: 200 })
  })

  it('keeps its reference to itself: one of many different ones at once is booked, the others are refused', async () => {
    const amounts = Array.from({ length: 6 }, (_, index) => `${index + 1}.00`)
    const sent = await Promise.all(
      amounts.map((amount) => bank.ask('POST', '/payouts', { ...PAYOUT, amount })),
    )

    expect(sent.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      201, 409, 409, 409, 409, 409,
    ])
    expect(await journalKinds()).toEqual(['payout.confirmed'])
  })

  it('may have a reference with a slash', async () => {
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'withdrawal/op_1' })

    expect(await bank.ask('GET', '/payouts/withdrawal%2Fop_1')).toMatchObject({ status: 200 })
  })

  it('is returned by a person once, however often they ask', async () => {
    await bank.ask('POST', '/payouts', PAYOUT)
    const first = await bank.ask('POST', '/payouts/w-1/return', { reason: 'wrong_person' })

    expect(first).toMatchObject({
      status: 201,
      body: { status: 'returned', return: { amount: '12.50', currency: 'EUR', reason: 'wrong_person' } },
    })
    expect(await bank.ask('POST', '/payouts/w-1/return', { reason: 'again' })).toEqual(first)
    expect(await journalKinds()).toEqual(['payout.confirmed', 'payout.returned'])
  })

  it('cannot be returned where it was refused or never came', async () => {
    await bank.ask('POST', '/faults', { fault: 'refuse', reason: 'account_closed' })
    await bank.ask('POST', '/payouts', PAYOUT)

    expect((await bank.ask('POST', '/payouts/w-1/return')).status).toBe(409)
    expect(await bank.ask('POST', '/payouts/w-2/return')).toEqual({
      status: 404,
      body: { reference: 'w-2', status: 'absent' },
    })
  })
})

describe('bad input', () => {
  it.each([
    ['1e3'],
    ['+1'],
    ['-1'],
    ['01'],
    ['.5'],
    ['1.'],
    ['1,00'],
    [' 1'],
    ['1\n'],
    ['0'],
    ['0.00'],
    [''],
    ['NaN'],
    ['Infinity'],
    ['0x10'],
    ['1'.repeat(31)],
    [`1.${'0'.repeat(19)}`],
    [12.5],
    [null],
    [['1']],
  ])('refuses the amount %j by name and books nothing', async (amount) => {
    expect(await bank.ask('POST', '/payouts', { ...PAYOUT, amount })).toMatchObject({
      status: 400,
      body: { reason: 'invalid_request', errors: [{ parameter: 'amount' }] },
    })
    expect(await bank.journal()).toEqual([])
  })

  it.each([
    ['', { ...PAYOUT, tip: '1' }],
    ['creditor', { ...PAYOUT, creditor: { fullName: 'Ana', password: 'x' } }],
    ['creditor.fullName', { ...PAYOUT, creditor: {} }],
    ['reference', { ...PAYOUT, reference: '../book' }],
    ['currency', { ...PAYOUT, currency: 'E UR' }],
    ['', []],
  ])('names what is wrong: %j', async (parameter, body) => {
    expect(await bank.ask('POST', '/payouts', body)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter }] },
    })
    expect(await bank.journal()).toEqual([])
  })

  it.each([
    ['half a JSON', '{"reference":', 400],
    ['no body', undefined, 400],
    ['a bare word', '"payout"', 400],
    ['a body too large', JSON.stringify({ ...PAYOUT, note: 'x'.repeat(17_000) }), 413],
  ])('refuses %s', async (_what, body, status) => {
    expect((await bank.ask('POST', '/payouts', body)).status).toBe(status)
    expect(await bank.journal()).toEqual([])
  })

  it('does not call an unknown path an absent payout', async () => {
    expect(await bank.ask('GET', '/payouts')).toEqual({ status: 404, body: { reason: 'no_such_path' } })
    expect((await bank.ask('GET', '/payouts/%E0%A4%A')).status).toBe(400)
  })

  it.each([['Bearer wrong'], ['Bearer '], ['Basic a2V5'], ['']])(
    'answers 401 to %j, whatever is asked',
    async (authorization) => {
      const stranger = askerOf(bank.url(), authorization)
      const paths = ['/book', '/book/balance', '/book/payouts', '/faults', '/payouts/w-1', '/nowhere']

      for (const path of paths) expect((await stranger('GET', path)).status).toBe(401)
      expect((await stranger('POST', '/payouts', PAYOUT)).status).toBe(401)
      expect(await bank.journal()).toEqual([])
    },
  )
})

describe('faults', () => {
  it('are listed, met once each in order, and gone', async () => {
    await bank.ask('POST', '/faults', { fault: 'refuse', times: 2 })
    await bank.ask('POST', '/faults', { fault: 'server_error' })
    const statuses = []
    for (const reference of ['w-1', 'w-2', 'w-3', 'w-4']) {
      statuses.push((await bank.ask('POST', '/payouts', { ...PAYOUT, reference })).status)
      statuses.push(((await bank.ask('GET', '/faults')).body as { faults: unknown[] }).faults.length)
    }

    expect(statuses).toEqual([422, 2, 422, 1, 500, 0, 201, 0])
  })

  it('wait for the payout that they name', async () => {
    await bank.ask('POST', '/faults', { fault: 'refuse', reference: 'w-2' })
    await bank.ask('POST', '/faults', { fault: 'server_error', amount: '7.00' })

    expect((await bank.ask('POST', '/payouts', PAYOUT)).status).toBe(201)
    expect((await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'w-2' })).status).toBe(422)
    expect((await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'w-3', amount: '7.00' })).status).toBe(
      500,
    )
  })

  it('spoil the answer to a resend, but do not change what was decided', async () => {
    await bank.ask('POST', '/payouts', PAYOUT)
    await bank.ask('POST', '/faults', { fault: 'refuse', reference: 'w-1' })
    await bank.ask('POST', '/faults', { fault: 'server_error', reference: 'w-1' })

    expect((await bank.ask('POST', '/payouts', PAYOUT)).status).toBe(500)
    expect((await bank.ask('POST', '/payouts', PAYOUT)).status).toBe(201)
  })

  it('of look-ups wait for the reference that they name, and leave payouts alone', async () => {
    await bank.ask('POST', '/faults', { fault: 'lookup_down', reference: 'w-1', times: 2 })
    const statuses = []
    statuses.push((await bank.ask('POST', '/payouts', PAYOUT)).status)
    for (const reference of ['w-2', 'w-1', 'w-1', 'w-1']) {
      statuses.push((await bank.ask('GET', `/payouts/${reference}`)).status)
    }

    expect(statuses).toEqual([201, 404, 503, 503, 200])
  })

  it.each(['refuse', 'refuse_late'])('%s with the reason that was ordered', async (fault) => {
    await bank.ask('POST', '/faults', { fault, reason: 'on_a_list', delayMs: HOUR_MS })
    await bank.ask('POST', '/payouts', PAYOUT)
    await bank.ask('POST', '/payouts/w-1/hurry')

    expect((await bank.ask('GET', '/payouts/w-1')).body).toMatchObject({
      status: 'refused',
      reason: 'on_a_list',
    })
  })

  it('do not keep the bank from stopping while it keeps silent', async () => {
    await bank.ask('POST', '/faults', { fault: 'timeout_after_commit' })
    const silence = bank.ask('POST', '/payouts', PAYOUT).catch((error: Error) => error.message)
    await waitUntil('it is booked', async () => (await bank.journal()).length === 2 || undefined)
    await bank.restart()

    expect(await silence).toBe('fetch failed')
  })

  it('can be taken back', async () => {
    await bank.ask('POST', '/faults', { fault: 'refuse' })
    await bank.ask('DELETE', '/faults')

    expect((await bank.ask('POST', '/payouts', PAYOUT)).status).toBe(201)
  })

  it.each([
    [{ fault: 'explode' }],
    [{ fault: 'refuse', times: 0 }],
    [{ fault: 'refuse', delayMs: -1 }],
    [{ fault: 'refuse', who: 'me' }],
  ])('are not ordered by %j', async (order) => {
    expect((await bank.ask('POST', '/faults', order)).status).toBe(400)
  })

  it.each([
    ['4004.01', 422],
    ['4004.0100', 422],
    ['4004.05', 202],
    ['4004.06', 202],
    ['4004.08', 201],
    ['4004.09', 200],
    ['4004.1', 201],
    ['14004.01', 201],
    ['4004.011', 201],
  ])('are met by the amount %s without an order: %d', async (amount, status) => {
    const answer = bank.ask('POST', '/payouts', { ...PAYOUT, amount })

    if (status === 200) await expect(answer).rejects.toThrow(SyntaxError)
    else expect(await answer).toMatchObject({ status })
  })

  it('of an amount are met once by a reference', async () => {
    const impatient = platformAt(bank.url(), 300)

    expect((await impatient.payOut({ ...PAYOUT, amount: '4004.02' })).kind).toBe('unknown')
    expect(await impatient.lookUp({ ...PAYOUT, amount: '4004.02' })).toEqual({ kind: 'absent' })
    await bank.restart()
    expect((await bank.ask('POST', '/payouts', { ...PAYOUT, amount: '4004.02' })).status).toBe(201)
    expect(await journalKinds()).toEqual(['fault.met', 'payout.confirmed'])
  })
})

describe('the book', () => {
  it('adds up, per currency and to the last digit', async () => {
    const huge = '9'.repeat(30)
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'p-1', amount: huge, currency: 'JPY' })
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'p-2', amount: '2', currency: 'JPY' })
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'p-3', amount: '0.10' })
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'p-4', amount: '0.205' })
    await bank.ask('POST', '/payouts/p-4/return')
    await bank.ask('POST', '/faults', { fault: 'refuse' })
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'p-5', amount: '3' })
    await bank.ask('POST', '/faults', { fault: 'answer_late', delayMs: HOUR_MS })
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'p-6', amount: '4.00' })
    const nothing = { count: 0, amount: '0' }

    expect((await bank.ask('GET', '/book')).body).toMatchObject({
      payouts: ['p-1', 'p-2', 'p-3', 'p-4', 'p-5', 'p-6'].map((reference) => ({
        reference,
        creditor: PAYOUT.creditor,
      })),
      totals: [
        {
          currency: 'EUR',
          paidOut: { count: 2, amount: '0.305' },
          returned: { count: 1, amount: '0.205' },
          pending: { count: 1, amount: '4.000' },
          refused: { count: 1, amount: '3.000' },
          balance: '-0.100',
        },
        {
          currency: 'JPY',
          paidOut: { count: 2, amount: `1${'0'.repeat(29)}1` },
          returned: nothing,
          pending: nothing,
          refused: nothing,
          balance: `-1${'0'.repeat(29)}1`,
        },
      ],
    })
    expect((await bank.ask('GET', '/book/balance')).body).toEqual({
      balances: [
        { currency: 'EUR', balance: '-0.100' },
        { currency: 'JPY', balance: `-1${'0'.repeat(29)}1` },
      ],
    })
  })

  it.each([
    ['from', '?to=2030-01-01T00:00:00Z'],
    ['to', '?from=2030-01-01T00:00:00Z&to=soon'],
    ['page', '?from=2030-01-01T00:00:00Z&to=2030-01-01T00:00:00Z&page=-1'],
  ])('wants a proper %s of whoever reads a period of it', async (parameter, query) => {
    expect(await bank.ask('GET', `/book/payouts${query}`)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter }] },
    })
  })

  it('has the times of its payouts again after a restart', async () => {
    await bank.ask('POST', '/payouts', PAYOUT)
    await bank.ask('POST', '/payouts/w-1/return')
    const query = '/book/payouts?from=2000-01-01T00:00:00Z&to=2999-01-01T00:00:00Z'
    const before = await bank.ask('GET', query)
    await bank.restart()

    expect(before).toMatchObject({ body: { payouts: [{ takenAt: expect.any(String) }], next: null } })
    expect(await bank.ask('GET', query)).toEqual(before)
  })
})

async function journalKinds(): Promise<string[]> {
  return (await bank.journal()).map(({ kind }) => kind)
}
