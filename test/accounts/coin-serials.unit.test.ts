import fc from 'fast-check'
import { coinSerial, fitsCheckDigit, hasSerialForm } from '#domain/accounts/coin-serial.ts'

describe('a serial', () => {
  test('is the prefix, eleven digits and one that checks them, as ISO 6166 computes it', () => {
    // Luhn over 14 (E), 30 (U), 27 (R) and the digits: 1·2 + 7 + 2·2 + 0 + 3·2 + 4 + 1·2 = 25.
    expect(coinSerial('EUR', 1n)).toBe('EUR000000000015')
    expect(coinSerial('0', 7_992_739_871n)).toBe('0079927398713')
    // The ISIN of a well-known share.
    expect(fitsCheckDigit('US0378331005')).toBe(true)
  })

  test('of ours always has the form of ours, and fits', () => {
    fc.assert(
      fc.property(prefix, number, (text, count) => {
        const serial = coinSerial(text, count)
        expect(serial).toHaveLength(text.length + 12)
        expect(hasSerialForm(serial)).toBe(true)
        expect(fitsCheckDigit(serial)).toBe(true)
      }),
    )
  })

  test('with any one digit mistyped does not fit', () => {
    fc.assert(
      fc.property(
        prefix,
        number,
        fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 9 })),
        (text, count, [place, by]) => {
          const serial = coinSerial(text, count)
          const at = text.length + place
          const wrong = (Number(serial.charAt(at)) + by) % 10
          expect(fitsCheckDigit(serial.slice(0, at) + wrong + serial.slice(at + 1))).toBe(false)
        },
      ),
    )
  })

  test('with two unequal neighbours exchanged does not fit, but for 0 and 9', () => {
    fc.assert(
      fc.property(prefix, number, fc.nat(10), (text, count, place) => {
        const serial = coinSerial(text, count)
        const at = text.length + place
        const [a, b] = [serial.charAt(at), serial.charAt(at + 1)]
        fc.pre(a !== b && new Set([a, b, '0', '9']).size > 2)
        expect(fitsCheckDigit(serial.slice(0, at) + b + a + serial.slice(at + 2))).toBe(false)
      }),
    )
  })

  test('is not made of more than eleven digits, of less than none, or of another prefix', () => {
    expect(() => coinSerial('EUR', 100_000_000_000n)).toThrow(RangeError)
    expect(() => coinSerial('EUR', -1n)).toThrow(RangeError)
    expect(() => coinSerial('', 1n)).toThrow(RangeError)
    expect(() => coinSerial('eur', 1n)).toThrow(RangeError)
    expect(() => coinSerial('TOOLONGER', 1n)).toThrow(RangeError)
  })

  test.each([
    'EUR-0000000000014',
    'MYSAVINGS',
    'EUR00000000001',
    'LONGPREFIX000000000014',
    '000000000014',
    '',
  ])('%s is not of ours', (serial) => {
    expect(hasSerialForm(serial)).toBe(false)
  })
})

const prefix = fc.stringMatching(/^[A-Z0-9]{1,8}$/)
const number = fc.bigInt({ min: 0n, max: 99_999_999_999n })
