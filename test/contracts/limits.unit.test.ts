import fc from 'fast-check'
import { reservationsFor, type TimeUnit } from '#domain/contracts/limit.ts'

describe('what is taken of limits', () => {
  it('is taken of each, in its own period: the amount, or one operation', () => {
    const limits = [
      { id: 'a', qualifier: 'amount', unit: 'per_transaction', value: 100n },
      { id: 'b', qualifier: 'amount', unit: 'per_day', value: 10n ** 30n },
      { id: 'c', qualifier: 'quantity', unit: 'per_month', value: 3n },
      { id: 'd', qualifier: 'quantity', unit: 'per_life', value: 0n },
    ] as const
    const asked = { amount: 12_345n, at: new Date('2026-11-23T10:00:00Z'), timeZone: 'UTC' }
    expect(reservationsFor(limits, asked)).toEqual([
      { limit: 'a', qualifier: 'amount', period: '', add: '12345', max: '100' },
      {
        limit: 'b',
        qualifier: 'amount',
        period: '2026-11-23',
        add: '12345',
        max: '1000000000000000000000000000000',
      },
      { limit: 'c', qualifier: 'quantity', period: '2026-11', add: '1', max: '3' },
      { limit: 'd', qualifier: 'quantity', period: 'life', add: '1', max: '0' },
    ])
    expect(reservationsFor([], asked)).toEqual([])
  })
})

describe('the period of a moment', () => {
  it.each([
    ['per_transaction', ''],
    ['per_day', '2026-11-23'],
    ['per_week', '2026-W48'],
    ['per_month', '2026-11'],
    ['per_quarter', '2026-Q4'],
    ['per_year', '2026'],
    ['per_life', 'life'],
  ] as const)('%s is %p', (unit, period) => {
    expect(periodOf(unit, '2026-11-23T10:00:00Z')).toBe(period)
  })

  it.each([
    ['2026-11-23T23:59:59.999Z', 'UTC', '2026-11-23'],
    ['2026-11-24T00:00:00.000Z', 'UTC', '2026-11-24'],
    ['2026-11-23T22:59:59.999Z', 'Europe/Berlin', '2026-11-23'],
    ['2026-11-23T23:00:00.000Z', 'Europe/Berlin', '2026-11-24'],
    ['2026-11-24T04:59:59.999Z', 'America/New_York', '2026-11-23'],
    ['2026-11-24T05:00:00.000Z', 'America/New_York', '2026-11-24'],
    ['2026-11-23T14:59:59.999Z', 'Asia/Tokyo', '2026-11-23'],
    ['2026-11-23T15:00:00.000Z', 'Asia/Tokyo', '2026-11-24'],
    // Quarters of an hour, and both ends of the world.
    ['2026-11-23T18:14:59.999Z', 'Asia/Kathmandu', '2026-11-23'],
    ['2026-11-23T18:15:00.000Z', 'Asia/Kathmandu', '2026-11-24'],
    ['2026-11-23T09:59:59.999Z', 'Pacific/Kiritimati', '2026-11-23'],
    ['2026-11-23T10:00:00.000Z', 'Pacific/Kiritimati', '2026-11-24'],
    ['2026-11-24T10:59:59.999Z', 'Pacific/Niue', '2026-11-23'],
    ['2026-11-24T11:00:00.000Z', 'Pacific/Niue', '2026-11-24'],
  ])('changes at midnight where the project is: %s in %s is %s', (at, zone, day) => {
    expect(periodOf('per_day', at, zone)).toBe(day)
  })

  it.each([
    // A day of 23 hours: 29 March 2026 in Berlin.
    ['2026-03-28T22:59:59Z', 'Europe/Berlin', '2026-03-28'],
    ['2026-03-28T23:00:00Z', 'Europe/Berlin', '2026-03-29'],
    ['2026-03-29T21:59:59Z', 'Europe/Berlin', '2026-03-29'],
    ['2026-03-29T22:00:00Z', 'Europe/Berlin', '2026-03-30'],
    // One of 25 hours: 25 October 2026.
    ['2026-10-24T22:00:00Z', 'Europe/Berlin', '2026-10-25'],
    ['2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25'],
    ['2026-10-25T22:59:59Z', 'Europe/Berlin', '2026-10-25'],
    ['2026-10-25T23:00:00Z', 'Europe/Berlin', '2026-10-26'],
    // The clock jumps from midnight to one: the day begins at one.
    ['2026-04-24T00:30:00+03:00', 'Africa/Cairo', '2026-04-23'],
    ['2026-04-24T01:00:00+03:00', 'Africa/Cairo', '2026-04-24'],
    // Samoa had no 30 December 2011.
    ['2011-12-30T09:59:59Z', 'Pacific/Apia', '2011-12-29'],
    ['2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-31'],
  ])('knows days that are shorter or longer: %s in %s is %s', (at, zone, day) => {
    expect(periodOf('per_day', at, zone)).toBe(day)
  })

  it.each([
    // Monday begins the week.
    ['2026-11-22', '2026-W47'],
    ['2026-11-23', '2026-W48'],
    ['2026-11-29', '2026-W48'],
    // Years of 53 weeks, and days that belong to the year beside theirs.
    ['2026-12-31', '2026-W53'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2024-12-29', '2024-W52'],
    ['2024-12-30', '2025-W01'],
    ['2025-01-01', '2025-W01'],
    ['2021-01-03', '2020-W53'],
    ['2021-01-04', '2021-W01'],
    ['2022-01-01', '2021-W52'],
    ['2020-02-29', '2020-W09'],
  ])('%s lies in the ISO week %s', (day, week) => {
    expect(periodOf('per_week', `${day}T12:00:00Z`)).toBe(week)
  })

  it('of a week changes at midnight before Monday where the project is', () => {
    expect(periodOf('per_week', '2026-11-22T22:59:59Z', 'Europe/Berlin')).toBe('2026-W47')
    expect(periodOf('per_week', '2026-11-22T23:00:00Z', 'Europe/Berlin')).toBe('2026-W48')
  })

  it.each([
    ['2026-03-31', '2026-Q1'],
    ['2026-04-01', '2026-Q2'],
    ['2026-06-30', '2026-Q2'],
    ['2026-07-01', '2026-Q3'],
    ['2026-10-01', '2026-Q4'],
    ['2026-12-31', '2026-Q4'],
  ])('%s lies in the quarter %s', (day, quarter) => {
    expect(periodOf('per_quarter', `${day}T12:00:00Z`)).toBe(quarter)
  })

  it('of a month, quarter and year ends at the same midnight, local time', () => {
    const [before, after] = ['2026-12-31T18:29:59Z', '2026-12-31T18:30:00Z']
    for (const [unit, old, fresh] of [
      ['per_month', '2026-12', '2027-01'],
      ['per_quarter', '2026-Q4', '2027-Q1'],
      ['per_year', '2026', '2027'],
    ] as const) {
      expect(periodOf(unit, before, 'Asia/Kolkata')).toBe(old)
      expect(periodOf(unit, after, 'Asia/Kolkata')).toBe(fresh)
    }
  })

  it('in a zone that does not exist is a fault, never a wrong day', () => {
    expect(() => periodOf('per_day', '2026-11-23T10:00:00Z', 'Mars/Olympus')).toThrow(RangeError)
  })

  it('is the same for all of a week, and never comes back', () => {
    const days = fc.integer({ min: 0, max: 40_000 })
    fc.assert(
      fc.property(days, (day) => {
        const week = (offset: number) =>
          periodOf('per_week', new Date((day + offset) * 86_400_000).toISOString()) ?? ''
        // 5 January 1970 was a Monday.
        const isSunday = (day + 3) % 7 === 6
        expect(week(0) === week(1)).toBe(!isSunday)
        expect(week(0) <= week(1)).toBe(true)
        expect(week(0)).toMatch(/^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$/)
      }),
      { numRuns: 1_000 },
    )
  })
})

function periodOf(unit: TimeUnit, at: string, timeZone = 'UTC'): string | undefined {
  const limits = [{ id: 'lim_1', qualifier: 'amount', unit, value: 1n }] as const
  return reservationsFor(limits, { amount: 1n, at: new Date(at), timeZone })[0]?.period
}
