import fc from 'fast-check'
import { coinFor, serialsIn } from '#domain/operations/bank-line.ts'
import { coinSerial } from '#domain/accounts/coin-serial.ts'

const SERIAL = coinSerial('EUR', 1n)
const OTHER = coinSerial('USD', 2n)
/** One digit is wrong. */
const TYPO = SERIAL.replace('EUR0', 'EUR9')

describe('the text of a bank line', () => {
  it.each([
    ['a serial', SERIAL],
    ['small letters', SERIAL.toLowerCase()],
    ['words around it', `Top-up for ${SERIAL}, thank you`],
    ['spaces in it', `EUR ${SERIAL.slice(3, 7)} ${SERIAL.slice(7, 11)} ${SERIAL.slice(11)}`],
    ['dashes in it', `coin EUR-${SERIAL.slice(3, 9)}-${SERIAL.slice(9)}.`],
    ['a line break in it', `REMITTANCE ${SERIAL.slice(0, 8)}\r\n${SERIAL.slice(8)} END`],
    ['digits after it', `${SERIAL} 2026`],
    ['digits before it', `2026 ${SERIAL}`],
    ['punctuation next to it', `/INV/42/(${SERIAL})/`],
    ['full-width letters', 'ＥＵＲ' + SERIAL.slice(3)],
    ['the same twice', `${SERIAL} ${SERIAL.toLowerCase()}`],
  ])('names a coin where it has %s', (_, text) => {
    expect(serialsIn(text)).toContain(SERIAL)
  })

  it.each([
    ['nothing', ''],
    ['a wrong digit', TYPO],
    ['letters glued to it', `FOR${SERIAL}X`],
    ['digits glued to it', `${SERIAL}7`],
    ['another sign in it', `${SERIAL.slice(0, 8)}/${SERIAL.slice(8)}`],
    ['letters in it', `${SERIAL.slice(0, 8)} AND ${SERIAL.slice(8)}`],
    ['half of it', SERIAL.slice(0, 10)],
  ])('does not where it has %s', (_, text) => {
    expect(serialsIn(text)).not.toContain(SERIAL)
  })

  it('may name several', () => {
    expect(serialsIn(`${SERIAL} or ${OTHER}`)).toEqual(expect.arrayContaining([SERIAL, OTHER]))
  })

  it('names any serial of ours, however it is grouped', () => {
    const gaps = fc.array(fc.constantFrom('', ' ', '-', ' - ', '\n', '\u2013'), {
      minLength: 20,
      maxLength: 20,
    })
    const prefixes = fc.stringMatching(/^[A-Z0-9]{1,8}$/)
    fc.assert(
      fc.property(prefixes, fc.bigInt({ min: 0n, max: 99_999_999_999n }), gaps, (prefix, number, between) => {
        const serial = coinSerial(prefix, number)
        const text = Array.from(serial, (sign, i) => sign + (between[i] ?? '')).join('')
        expect(serialsIn(`see: ${text}; thanks`)).toContain(serial)
      }),
    )
  })

  it('is read to its end, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), (text) => {
        expect(serialsIn(`${text}, ${SERIAL}`)).toContain(SERIAL)
      }),
    )
  })
})

describe('a bank line', () => {
  const coin = { serial: SERIAL, issuer_id: 'iss_1', code: 'EUR' }
  const another = { serial: OTHER, issuer_id: 'iss_1', code: 'EUR' }

  it.each([
    ['no_coin_named', [], { currency: 'EUR' }],
    ['several_coins_named', [coin, another], { currency: 'EUR' }],
    ['coin_of_another_currency', [coin], { currency: 'USD' }],
    ['coin_of_another_issuer', [coin], { currency: 'EUR', issuerId: 'iss_2' }],
  ] as const)('is not credited by itself: %s', (unmatched, coins, line) => {
    expect(coinFor(coins, line)).toEqual({ unmatched })
  })

  it.each([[{ currency: 'EUR' }], [{ currency: 'EUR', issuerId: 'iss_1' }]])(
    'is for the one coin it names, of its currency and issuer: %j',
    (line) => {
      expect(coinFor([coin], line)).toEqual({ coin })
    },
  )
})
