import { z } from 'zod'
import { canonicalIban, ibanFault } from '#domain/accounts/iban.ts'

const IBAN_MAX = 42

/** Taken with spaces, dashes and small letters; kept without. */
export const iban = z
  .string()
  .max(IBAN_MAX)
  .transform((value, context) => {
    const fault = ibanFault(value)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
    return canonicalIban(value)
  })
  .meta({ override: { type: 'string', maxLength: IBAN_MAX, examples: ['DE89 3704 0044 0532 0130 00'] } })

export const bankAccountNumber = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9 /-]{1,40}$/, 'must be 1 to 40 letters, digits, spaces, slashes or dashes')
