import fc from 'fast-check'

/**
 * What an operation costs, worked out a second time from what is documented, over fractions of whole numbers and none of
 * the product's code. The rules: a percentage is exact and rounded half up to the minor unit, once; IN is borne by the
 * recipient, OUT by the sender, SHARED by both, the sender one half rounded down; ranges hold their begin and not their end.
 */
type Ratio = { readonly over: bigint; readonly under: bigint }

/** Amounts are decimal texts in major units, as they travel. */
export type PricedBy = {
  readonly direction: 'IN' | 'OUT' | 'SHARED'
  readonly conditions: readonly {
    readonly begin: string
    readonly end: string | null
    readonly type: string
    readonly fixed: string
    readonly percent: string
  }[]
}

export function expectedCharge(
  { direction, conditions }: PricedBy,
  text: string,
  fraction: number,
): Record<string, string> {
  const amount = ratio(text)
  const found = conditions.filter(
    ({ begin, end }) =>
      compare(ratio(begin), amount) <= 0 && (end === null || compare(amount, ratio(end)) < 0),
  )
  const [condition] = found
  if (!condition || found.length > 1) return { refusal: 'operation_not_offered' }
  const percentage = toGrid(times(amount, times(ratio(condition.percent), { over: 1n, under: 100n })), {
    fraction,
    isHalfUp: true,
  })
  const commission = commissionOf(condition.type, ratio(condition.fixed), percentage)
  const half = toGrid(times(commission, { over: 1n, under: 2n }), { fraction, isHalfUp: false })
  const bySender = { IN: ZERO, OUT: commission, SHARED: half }[direction]
  const recipient = minus(amount, minus(commission, bySender))
  if (compare(recipient, ZERO) <= 0) return { refusal: 'commission_exceeds_amount' }
  return {
    sender: inDecimals(plus(amount, bySender), fraction),
    recipient: inDecimals(recipient, fraction),
    commission: inDecimals(commission, fraction),
  }
}

function commissionOf(type: string, fixed: Ratio, percentage: Ratio): Ratio {
  const isFixedMore = compare(fixed, percentage) > 0
  const table: Readonly<Record<string, Ratio>> = {
    zero: ZERO,
    percent: percentage,
    fixed,
    greater_of_fixed_or_percent: isFixedMore ? fixed : percentage,
    lesser_of_fixed_or_percent: isFixedMore ? percentage : fixed,
    fixed_and_percent: plus(fixed, percentage),
  }
  const found = table[type]
  if (!found) throw new Error(`the documentation knows no commission of type ${type}`)
  return found
}

const ZERO: Ratio = { over: 0n, under: 1n }

function ratio(text: string): Ratio {
  const [whole = '', decimals = ''] = text.split('.')
  return { over: BigInt(whole + decimals), under: 10n ** BigInt(decimals.length) }
}

function plus(a: Ratio, b: Ratio): Ratio {
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under }
}

function minus(a: Ratio, b: Ratio): Ratio {
  return plus(a, { over: -b.over, under: b.under })
}

function times(a: Ratio, b: Ratio): Ratio {
  return { over: a.over * b.over, under: a.under * b.under }
}

function compare(a: Ratio, b: Ratio): number {
  const [left, right] = [a.over * b.under, b.over * a.under]
  if (left === right) return 0
  return left < right ? -1 : 1
}

/** To a whole number of minor units; of what is not negative. */
function toGrid(a: Ratio, { fraction, isHalfUp }: { fraction: number; isHalfUp: boolean }): Ratio {
  const under = 10n ** BigInt(fraction)
  const scaled = a.over * under
  const rest = scaled % a.under
  const isUp = isHalfUp && rest * 2n >= a.under
  return { over: (scaled - rest) / a.under + (isUp ? 1n : 0n), under }
}

/** @throws Error where it is no whole number of minor units */
function inDecimals({ over, under }: Ratio, fraction: number): string {
  const scaled = over * 10n ** BigInt(fraction)
  if (scaled % under !== 0n) throw new Error(`${over}/${under} is between two minor units`)
  return pointed(scaled / under, fraction)
}

/** The digits with a point in their midst; of what is not negative. */
export function pointed(minor: bigint, fraction: number): string {
  const digits = String(minor).split('')
  while (digits.length <= fraction) digits.unshift('0')
  if (fraction > 0) digits.splice(digits.length - fraction, 0, '.')
  return digits.join('')
}

export const MOST = 10n ** 30n - 1n
export const LONG = 123456789012345678901234567890n

/** Of every size from 1 to the most, each number of digits as likely as any other. */
export const anyMinor: fc.Arbitrary<bigint> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.integer({ min: 0, max: 29 }), fc.bigInt({ min: 0n, max: MOST })).map(cut),
  },
  { weight: 1, arbitrary: fc.constantFrom(1n, 2n, 99n, 2n ** 53n, 2n ** 53n + 1n, LONG, MOST - 1n, MOST) },
)

function cut([digitsAway, number]: [number, bigint]): bigint {
  return number / 10n ** BigInt(digitsAway) || 1n
}

export const anyFraction = fc.integer({ min: 0, max: 18 })

/** From 0 to 100 in millionths, of every size, as text with or without the zeros at its end. */
export const anyShare = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 8 }), fc.bigInt({ min: 0n, max: 100_000_000n })).map(cut),
  fc.constantFrom(0n, 1n, 1_000_000n, 50_000_000n, 99_999_999n, 100_000_000n),
)

export function percentText(share: bigint, isShort: boolean): string {
  const text = pointed(share, 6)
  return isShort ? text.replace(/\.?0+$/, '') : text
}
