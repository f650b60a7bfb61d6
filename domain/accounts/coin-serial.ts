/** Serials of ours read `<prefix><11 digits><check digit>`, so that a typing error is noticed before money goes astray. */
const FORM = /^[A-Z0-9]{1,8}[0-9]{12}$/
const NUMBER_DIGITS = 11

/** @param prefix 1 to 8 capital letters or digits. @param number at most 11 digits, never used twice. */
export function coinSerial(prefix: string, number: bigint): string {
  const digits = number.toString().padStart(NUMBER_DIGITS, '0')
  const payload = prefix + digits
  const serial = payload + String((10 - luhnSum(`${payload}0`)) % 10)
  if (digits.length > NUMBER_DIGITS || !hasSerialForm(serial))
    throw new RangeError(`No serial can be made of ${prefix} and ${number}.`)
  return serial
}

/** Whether it looks like one of ours; nobody may choose a serial that does. */
export function hasSerialForm(serial: string): boolean {
  return FORM.test(serial)
}

/** False for one of ours with a wrong digit, or two neighbours exchanged (but for 0 and 9, which Luhn cannot tell). */
export function fitsCheckDigit(serial: string): boolean {
  return luhnSum(serial) === 0
}

/** Luhn as ISO 6166 uses it: a letter stands for the two digits of its place after 9 (A = 10, Z = 35). */
function luhnSum(text: string): number {
  const digits = Array.from(text, (character) => Number.parseInt(character, 36)).join('')
  let sum = 0
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - place)) * (1 + (place % 2))
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10
}
