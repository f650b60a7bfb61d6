import { electronicFormatIBAN, validateIBAN, ValidationErrorsIBAN } from 'ibantools'
import { z } from 'zod'

const IBAN_MAX = 42

/** What is wrong with it in words, or undefined. Spaces, dashes and small letters do no harm. */
export function ibanFault(text: string): string | undefined {
  const { valid, errorCodes } = validateIBAN(canonicalIban(text))
  if (valid) return undefined
  const [code = ValidationErrorsIBAN.WrongIBANChecksum] = errorCodes
  return FAULTS[code]
}

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

/** Without spaces and dashes, in capitals. */
export function canonicalIban(text: string): string {
  return electronicFormatIBAN(text.trim()) ?? ''
}

const FAULTS: Readonly<Record<ValidationErrorsIBAN, string>> = {
  [ValidationErrorsIBAN.NoIBANProvided]: 'is empty',
  [ValidationErrorsIBAN.NoIBANCountry]: 'does not begin with the two letters of a country that has IBANs',
  [ValidationErrorsIBAN.WrongBBANLength]: 'is longer or shorter than the IBANs of its country',
  [ValidationErrorsIBAN.WrongBBANFormat]: 'has a letter or digit where the IBANs of its country have none',
  [ValidationErrorsIBAN.ChecksumNotNumber]: 'has no two check digits after its country',
  [ValidationErrorsIBAN.WrongIBANChecksum]: 'has check digits that do not fit: look for a typing error',
  [ValidationErrorsIBAN.WrongAccountBankBranchChecksum]:
    'has national check digits that do not fit: look for a typing error',
  [ValidationErrorsIBAN.QRIBANNotAllowed]: 'is a QR-IBAN, which only takes payments of QR-bills',
}
