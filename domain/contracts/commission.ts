/**
 * What an operation costs and who bears it, decided from one commission rule and one amount.
 *
 * The one rounding rule: a percentage of an amount is computed exactly and rounded once, half up (away from zero), to the
 * minor unit of the currency. Everything else is whole minor units, so nothing is made or lost: what leaves the sender is
 * what reaches the recipient and the commission together, always.
 *
 * Who bears it (source: the recovered accounting model, 1.3): IN, the recipient; OUT, the sender, on top; SHARED, both: the
 * sender one half rounded down, the recipient the rest.
 */
export const COMMISSION_TYPES = [
  'zero',
  'percent',
  'fixed',
  'greater_of_fixed_or_percent',
  'lesser_of_fixed_or_percent',
  'fixed_and_percent',
] as const
export type CommissionType = (typeof COMMISSION_TYPES)[number]

export const DIRECTIONS = ['IN', 'OUT', 'SHARED'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** The operations that a contract puts a price and limits on. */
export const FLOWS = [
  'bank_top_up',
  'bank_withdrawal',
  'transfer',
  'platform_deposit',
  'platform_withdrawal',
  'platform_trade',
] as const
export type Flow = (typeof FLOWS)[number]

/** Begin inclusive, end exclusive (null: no end); fixed in minor units; percent as exact decimal text, "1.25" = 1.25 %. */
export type Condition = {
  readonly begin: bigint
  readonly end: bigint | null
  readonly type: CommissionType
  readonly fixed: bigint
  readonly percent: string
}

/** Conditions never overlap. */
export type CommissionRule = {
  readonly id: string
  readonly direction: Direction
  readonly conditions: readonly Condition[]
}

/** senderAmount leaves the sender, recipientAmount reaches the recipient; senderAmount = recipientAmount + commission, always. */
export type Charge = {
  readonly senderAmount: bigint
  readonly recipientAmount: bigint
  readonly commission: bigint
}

/** No condition covers the amount; or nothing would reach the recipient. */
export type ChargeRefusal = 'operation_not_offered' | 'commission_exceeds_amount'

/** @param amount in minor units, more than zero */
export function chargeFor(
  rule: CommissionRule,
  amount: bigint,
): Charge | { readonly refusal: ChargeRefusal } {
  const condition = rule.conditions.find(
    ({ begin, end }) => begin <= amount && (end === null || amount < end),
  )
  if (!condition) return { refusal: 'operation_not_offered' }
  const commission = commissionOf(condition, amount)
  const senderPays = SENDER_PAYS[rule.direction](commission)
  const recipientAmount = amount - (commission - senderPays)
  if (recipientAmount <= 0n) return { refusal: 'commission_exceeds_amount' }
  return { senderAmount: amount + senderPays, recipientAmount, commission }
}

/** Money that has arrived pays its commission out of itself, whoever the rule says should bear it: nothing more can be taken. */
export function chargeArrived(rule: CommissionRule, amount: bigint): ReturnType<typeof chargeFor> {
  return chargeFor({ ...rule, direction: 'IN' }, amount)
}

/** Of a commission that is never negative; bigint division rounds down. */
const SENDER_PAYS: Readonly<Record<Direction, (commission: bigint) => bigint>> = {
  IN: () => 0n,
  OUT: (commission) => commission,
  SHARED: (commission) => commission / 2n,
}

function commissionOf({ type, fixed, percent }: Condition, amount: bigint): bigint {
  switch (type) {
    case 'zero':
      return 0n
    case 'percent':
      return percentOf(amount, percent)
    case 'fixed':
      return fixed
    case 'greater_of_fixed_or_percent':
      return greater(fixed, percentOf(amount, percent))
    case 'lesser_of_fixed_or_percent':
      return lesser(fixed, percentOf(amount, percent))
    case 'fixed_and_percent':
      return fixed + percentOf(amount, percent)
  }
}

function greater(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

export const PERCENT_DECIMALS_MAX = 6
const PERCENT = /^(\d{1,3})(?:\.(\d{1,6}))?$/
/** Of a percentage in millionths of a percent. */
const WHOLE = 100n * 10n ** BigInt(PERCENT_DECIMALS_MAX)

/** From 0 to 100, in millionths of a percent; undefined where the text is no such percentage. */
export function parsePercent(text: string): bigint | undefined {
  const match = PERCENT.exec(text)
  if (!match) return undefined
  const [, whole = '0', decimals = ''] = match
  const read = BigInt(whole + decimals.padEnd(PERCENT_DECIMALS_MAX, '0'))
  return read <= WHOLE ? read : undefined
}

function percentOf(amount: bigint, percent: string): bigint {
  const share = parsePercent(percent)
  if (share === undefined) throw new Error(`${percent} is not a percentage.`)
  return (2n * amount * share + WHOLE) / (2n * WHOLE)
}

/** From the begin up to the end, which is not part of it; null: no end. */
export type Range<Point> = { readonly begin: Point; readonly end: Point | null }

/** Ranges that only touch do not intersect. */
export function intersects<Point extends bigint | Date>(a: Range<Point>, b: Range<Point>): boolean {
  return (b.end === null || a.begin < b.end) && (a.end === null || b.begin < a.end)
}
