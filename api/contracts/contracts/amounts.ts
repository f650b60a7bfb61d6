import { parseAmount, type Currency } from '#domain/money.ts'
import { readAmount } from '../../http/fields.ts'

/** As `readAmount`, but zero is an amount here. */
export function readAmountOrZero(amount: string, currency: Currency, parameter: string): bigint {
  const read = parseAmount(amount, currency)
  return 'minor' in read && read.minor === 0n ? 0n : readAmount(amount, currency, parameter)
}
