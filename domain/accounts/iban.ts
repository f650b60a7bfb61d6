import { electronicFormatIBAN, validateIBAN, ValidationErrorsIBAN } from 'ibantools'

/** What is wrong with it in words, or undefined. Spaces, dashes and small letters do no harm. */
export function ibanFault(text: string): string | undefined {
  const { valid, errorCodes } = validateIBAN(canonicalIban(text))
  if (valid) return undefined
  const [code = ValidationErrorsIBAN.WrongIBANChecksum] = errorCodes
  return FAULTS[code]
}

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
