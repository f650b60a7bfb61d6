import type { Currency } from '#domain/money.ts'
import { readAmount } from '../fields.ts'

/** As `readAmount`, but zero is an amount here. */
export function readAmountOrZero(amount: string, currency: Currency, parameter: string): bigint {
  return /^[0.]+$/.test(amount) ? 0n : readAmount(amount, currency, parameter)
}
