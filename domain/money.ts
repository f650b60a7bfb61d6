/**
 * Money is a whole number of minor units of one currency: `bigint` here, a decimal string on the wire, `numeric` in
 * Postgres. It is never a JavaScript number and never rounded. `fraction` is the number of decimals, 0 to 18, as
 * the project's currency table says.
 */
export type Currency = { readonly code: string; readonly fraction: number }

/** Fits numeric(38,0) with room to sum a hundred million of the largest. */
export const AMOUNT_DIGITS_MAX = 30
export const FRACTION_MAX = 18

const DECIMAL = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/

export type AmountProblem =
  | 'amount_not_a_decimal'
  | 'amount_has_too_many_decimals'
  | 'amount_has_too_many_digits'

/** Reads plain decimals only: no sign, no exponent, no leading zero, no more decimals than the currency has. */
export function parseAmount(
  text: string,
  currency: Currency,
): { minor: bigint } | { problem: AmountProblem } {
  const match = DECIMAL.exec(text)
  if (!match) return { problem: 'amount_not_a_decimal' }
  const [, whole = '0', decimals = ''] = match
  if (decimals.length > currency.fraction) return { problem: 'amount_has_too_many_decimals' }
  const digits = whole + decimals.padEnd(currency.fraction, '0')
  if (digits.replace(/^0+/, '').length > AMOUNT_DIGITS_MAX) return { problem: 'amount_has_too_many_digits' }
  return { minor: BigInt(digits) }
}

/** `-12345n` with two decimals is "-123.45"; every decimal of the currency is written. */
export function formatAmount(minor: bigint, fraction: number): string {
  const sign = minor < 0n ? '-' : ''
  const digits = (minor < 0n ? -minor : minor).toString().padStart(fraction + 1, '0')
  const whole = digits.slice(0, digits.length - fraction)
  return fraction === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-fraction)}`
}
