/**
 * How much, or how often, a client may do something in a period. Every limit of the contract applies at once. Periods are
 * those of the project's time zone: a day begins at its midnight, a week on its Monday (ISO 8601).
 */
export const QUALIFIERS = ['amount', 'quantity'] as const
export type Qualifier = (typeof QUALIFIERS)[number]

export const TIME_UNITS = [
  'per_transaction',
  'per_day',
  'per_week',
  'per_month',
  'per_quarter',
  'per_year',
  'per_life',
] as const
export type TimeUnit = (typeof TIME_UNITS)[number]

/** The value is in minor units, or counts operations. */
export type Limit = {
  readonly id: string
  readonly qualifier: Qualifier
  readonly unit: TimeUnit
  readonly value: bigint
}

/**
 * What is taken of one limit in one period; amounts as decimal text of minor units (or "1" for quantity).
 * per_transaction: period is the empty string and `add` is compared alone.
 */
export type Reservation = {
  readonly limit: string
  readonly qualifier: Qualifier
  readonly period: string
  readonly add: string
  readonly max: string
}

/**
 * One for each limit, in their order.
 *
 * @throws RangeError where the time zone is not known
 */
export function reservationsFor(
  limits: readonly Limit[],
  asked: { readonly amount: bigint; readonly at: Date; readonly timeZone: string },
): Reservation[] {
  const day = dayIn(asked.timeZone, asked.at)
  return limits.map(({ id, qualifier, unit, value }) => ({
    limit: id,
    qualifier,
    period: PERIOD[unit](day),
    add: qualifier === 'amount' ? asked.amount.toString() : '1',
    max: value.toString(),
  }))
}

/** A date of the calendar; the month counts from 1. */
type Day = { readonly year: number; readonly month: number; readonly day: number }

const PERIOD: Readonly<Record<TimeUnit, (day: Day) => string>> = {
  per_transaction: () => '',
  per_day: ({ year, month, day }) => `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`,
  per_week: isoWeek,
  per_month: ({ year, month }) => `${digits(year, 4)}-${digits(month, 2)}`,
  per_quarter: ({ year, month }) => `${digits(year, 4)}-Q${Math.ceil(month / 3)}`,
  per_year: ({ year }) => digits(year, 4),
  per_life: () => 'life',
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

const DAY_MS = 86_400_000

/** A week belongs to the year in which its Thursday lies. */
function isoWeek({ year, month, day }: Day): string {
  const date = new Date(Date.UTC(year, month - 1, day))
  const daysSinceMonday = (date.getUTCDay() + 6) % 7
  const thursday = new Date(date.getTime() + (3 - daysSinceMonday) * DAY_MS)
  const daysBefore = (thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / DAY_MS
  return `${digits(thursday.getUTCFullYear(), 4)}-W${digits(Math.floor(daysBefore / 7) + 1, 2)}`
}

function dayIn(timeZone: string, at: Date): Day {
  const parts = formatterOf(timeZone).formatToParts(at)
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  return { year: read('year'), month: read('month'), day: read('day') }
}

/** Making one takes longer than everything else here. One per zone, and projects have few zones. */
const FORMATTERS = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATTERS.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
  FORMATTERS.set(timeZone, made)
  return made
}
