import { z } from 'zod'
import { parseAmount, type AmountProblem, type Currency } from '#domain/money.ts'
import { NO_CONTROL_CHARACTERS, SHORT_TEXT_RULES } from '#domain/short-text.ts'
import { NumberLiteral } from './json.ts'
import { badParameter } from './problem.ts'

/** Short text of one line. */
export function text(max = 200) {
  return z
    .string()
    .trim()
    .min(1, SHORT_TEXT_RULES.empty)
    .max(max, SHORT_TEXT_RULES.tooLong(max))
    .regex(NO_CONTROL_CHARACTERS, SHORT_TEXT_RULES.control)
}

const PLAIN_DECIMAL = /^(0|[1-9][0-9]{0,29})(\.[0-9]{1,18})?$/

/** An amount as it travels: a plain decimal, as a string or as an exact JSON number. Its currency is looked at later. */
export const amountText = z
  .preprocess(
    (value) =>
      value instanceof NumberLiteral ? value.text : typeof value === 'number' ? String(value) : value,
    z
      .string()
      .regex(PLAIN_DECIMAL, 'must be a plain decimal such as "12.50": no sign, exponent or leading zero'),
  )
  .meta({
    description: 'Amount in major units as a plain decimal; a string is best, an exact JSON number is taken.',
    override: { type: ['string', 'number'], pattern: PLAIN_DECIMAL.source, examples: ['12.50'] },
  })

/** An amount in an answer: a decimal string with exactly as many decimals as the currency has. */
export const amountOut = z
  .string()
  .meta({ description: 'Decimal string in major units', examples: ['12.50'] })

const AMOUNT_RULES: Readonly<Record<AmountProblem, string>> = {
  amount_not_a_decimal: 'must be a plain decimal',
  amount_has_too_many_decimals: 'has more decimals than the currency',
  amount_has_too_many_digits: 'has more digits than can be booked',
}

/** @throws Problem that names the parameter where the amount is not exact in this currency or not more than zero. */
export function readAmount(amount: string, currency: Currency, parameter = 'amount'): bigint {
  const read = parseAmount(amount, currency)
  if ('problem' in read)
    throw badParameter(parameter, `${AMOUNT_RULES[read.problem]} (${currency.code} has ${currency.fraction})`)
  if (read.minor <= 0n) throw badParameter(parameter, 'must be more than zero')
  return read.minor
}
