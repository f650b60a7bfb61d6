import { STATES, type State } from '#domain/operations/operation.ts'
import type { ListedPayout } from '#domain/platforms/platform.ts'
import {
  breakOfHold,
  breaksOfBook,
  breaksOfPayout,
  isSettling,
  periodToCompare,
  type IssuerSums,
  type OurPayout,
} from '#domain/reports/reconciliation.ts'

const returned = { state: 'returned', returnedAmount: '12.50' } as const

describe('a payout in two books', () => {
  it.each([
    ['paid', {}, {}],
    ['paid, written otherwise', {}, { amount: '12.5' }],
    ['returned, and booked', { returned: 1_250n }, returned],
    [
      'on its way',
      { state: 'at_platform', platformReference: null },
      { state: 'pending', platformReference: null },
    ],
    [
      'unknown, and still pending',
      { state: 'outcome_unknown' },
      { state: 'pending', platformReference: null },
    ],
    ['refused', { state: 'failed' }, { state: 'refused', platformReference: null }],
    ['refused and not kept', { state: 'failed' }, undefined],
  ] as const)('agrees: %s', (_, mine, other) => {
    expect(found(mine, other)).toEqual([])
  })

  it.each([
    ['missing there', {}, undefined, ['missing_there: processed 12.50 EUR / null']],
    ['never arrived', { state: 'at_platform' }, undefined, ['missing_there: at_platform 12.50 EUR / null']],
    ['unknown here', undefined, {}, ['unknown_here: null / confirmed 12.50 EUR']],
    ['another amount', {}, { amount: '12.51' }, ['other_amount: 12.50 EUR / 12.51 EUR']],
    ['another currency', {}, { currency: 'USD' }, ['other_amount: 12.50 EUR / 12.50 USD']],
    ['what is no amount', {}, { amount: '12,50' }, ['other_amount: 12.50 EUR / 12,50 EUR']],
    ['too many decimals', {}, { amount: '12.500' }, ['other_amount: 12.50 EUR / 12.500 EUR']],
    ['confirmed, not known here', { state: 'at_platform' }, {}, ['other_state: at_platform / confirmed']],
    ['refused, but processed here', {}, { state: 'refused' }, ['other_state: processed / refused']],
    ['paid, but failed here', { state: 'failed' }, {}, ['other_state: failed / confirmed']],
    ['paid, but declined here', { state: 'declined' }, {}, ['other_state: declined / confirmed']],
    ['returned, not booked', {}, returned, ['other_state: returned 0.00 EUR / returned 12.50 EUR']],
    [
      'returned in part',
      { returned: 1_250n },
      { ...returned, returnedAmount: '12.00' },
      ['other_state: returned 12.50 EUR / returned 12.00 EUR'],
    ],
    [
      'booked as returned, but paid',
      { returned: 1_250n },
      {},
      ['other_state: returned 12.50 EUR / returned 0 EUR'],
    ],
    ['another reference', { platformReference: 'b-2' }, {}, ['other_reference: b-2 / b-1']],
    [
      'two things at once',
      { platformReference: 'b-2' },
      { amount: '1.00' },
      ['other_amount: 12.50 EUR / 1.00 EUR', 'other_reference: b-2 / b-1'],
    ],
  ] as const)('differs: %s', (...[, mine, other, breaks]) => {
    expect(found(mine, other)).toEqual(breaks)
  })

  it.each(STATES.filter((state) => !['processed', 'at_platform', 'outcome_unknown'].includes(state)))(
    'need not be there while it is %s, and must not have been paid',
    (state: State) => {
      expect(found({ state }, undefined)).toEqual([])
      expect(found({ state }, {})).toEqual([`other_state: ${state} / confirmed`])
    },
  )

  it('is dated when the platform took it, or else when it was sent', () => {
    expect(breaksOfPayout({ ours: undefined, theirs })).toMatchObject([{ aboutAt: new Date(TAKEN) }])
    expect(breaksOfPayout({ ours, theirs: undefined })).toMatchObject([{ subject: 'op_1', aboutAt: SENT }])
  })

  it('is not judged while either book has just changed, or it was just sent', () => {
    const [before, after] = [new Date('2030-01-01'), new Date('2031-01-01')]
    expect(isSettling({ ours, theirs }, after)).toBe(false)
    expect(isSettling({ ours, theirs: undefined }, before)).toBe(true)
    expect(isSettling({ ours: undefined, theirs }, before)).toBe(true)
    expect(isSettling({ ours: { ...ours, sentAt: new Date('2032-01-01') }, theirs }, after)).toBe(true)
    expect(isSettling({ ours, theirs: { ...theirs, changedAt: '2032-01-01T00:00:00Z' } }, after)).toBe(true)
  })
})

describe('the book with itself', () => {
  it('agrees', () => {
    expect(breaksOfBook(sums)).toEqual([])
  })

  it.each([
    ['circulation', 'iss_1', { circulation: 999n }, '9.99 EUR', '10.00 EUR'],
    ['circulation', 'iss_1', { issuingBalance: 1_000n }, '10.00 EUR', '-10.00 EUR'],
    ['technical_transit', 'iss_1:technical_transit', { technicalTransit: -5n }, '-0.05 EUR', '0.00 EUR'],
    ['technical_transit', 'iss_1:issuing_transit', { issuingTransit: 5n }, '0.05 EUR', '0.00 EUR'],
    ['held_amount', 'iss_1', { held: 0n }, '0.00 EUR', '3.00 EUR'],
    ['payout_transit', 'iss_1', { inFlight: 0n }, '2.00 EUR', '0.00 EUR'],
  ] as const)('differs in %s of %s with %p', (...[kind, subject, change, mine, other]) => {
    expect(breaksOfBook({ ...sums, ...change })).toEqual([
      { kind, subject, ours: mine, theirs: other, aboutAt: null },
    ])
  })

  it('differs also where two transits make up for each other', () => {
    expect(breaksOfBook({ ...sums, technicalTransit: 5n, issuingTransit: -5n })).toHaveLength(2)
  })

  it('names the operation whose hold is wrong', () => {
    const waiting = { operation: 'op_1', currency: EUR, held: null, needed: 300n }
    expect(breakOfHold(waiting)).toMatchObject({ subject: 'op_1', ours: null, theirs: '3.00 EUR' })
  })
})

describe('the period to compare', () => {
  it.each([
    ['three days', undefined, '2030-06-27'],
    ['three days, where all older is settled', '2030-06-29', '2030-06-27'],
    ['as far back as something is unsettled', '2030-05-01', '2030-05-01'],
    ['ninety days at most', '2029-01-01', '2030-04-01'],
  ])('is %s', (_, oldest, from) => {
    const period = periodToCompare(now, oldest === undefined ? undefined : new Date(oldest))
    expect(period).toMatchObject({ from: new Date(from), to: now })
    expect(period.theirsFrom.getTime()).toBeLessThan(period.from.getTime())
  })
})

const EUR = { code: 'EUR', fraction: 2 }
const TAKEN = '2030-01-02T10:00:00.000Z'
const SENT = new Date('2030-01-02T09:59:59.000Z')

const ours: OurPayout = {
  reference: 'op_1',
  state: 'processed',
  changedAt: new Date(TAKEN),
  amount: 1_250n,
  currency: EUR,
  platformReference: 'b-1',
  returned: 0n,
  sentAt: SENT,
}

const theirs: ListedPayout = {
  reference: 'op_1',
  amount: '12.50',
  currency: 'EUR',
  state: 'confirmed',
  platformReference: 'b-1',
  returnedAmount: null,
  takenAt: TAKEN,
  changedAt: TAKEN,
}

function found(mine: Partial<OurPayout> | undefined, other: Partial<ListedPayout> | undefined): string[] {
  const pair = {
    ours: mine && { ...ours, ...mine },
    theirs: other && { ...theirs, ...other },
  }
  return breaksOfPayout(pair).map((one) => `${one.kind}: ${one.ours} / ${one.theirs}`)
}

const sums: IssuerSums = {
  issuerId: 'iss_1',
  currency: EUR,
  circulation: 1_000n,
  issuingBalance: -1_000n,
  issuingTransit: 0n,
  technicalTransit: 0n,
  held: 300n,
  neededHolds: 300n,
  payoutTransit: 200n,
  inFlight: 200n,
}

const now = new Date('2030-06-30T00:00:00Z')
