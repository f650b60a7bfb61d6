import { usualKind } from '#domain/catalogue/currency-kind.ts'
import { isIso4217, usualFraction } from '#domain/catalogue/iso-4217.ts'
import { ACTIVE, codesIn } from './iso-4217-codes.ts'

const WITHOUT_UNIT = 'XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'
/** Gone, but in old books still. */
const FORMER = 'ANG BGN HRK SLL ZWL LTL LVL EEK SKK'

describe('the decimals of a currency', () => {
  it.each(
    Object.entries(ACTIVE).flatMap(([fraction, list]) => codesIn(list).map((code) => [code, fraction])),
  )('of %s are %s, as ISO 4217 says', (code, fraction) => {
    expect(usualFraction(code)).toBe(Number(fraction))
  })

  it.each([...codesIn(WITHOUT_UNIT), ...codesIn(FORMER), 'BTC', 'POINTS'])(
    'of %s, which has none there, are two unless somebody says otherwise',
    (code) => {
      expect(usualFraction(code)).toBe(2)
    },
  )

  it('are known for each code once', () => {
    const all = Object.values(ACTIVE).flatMap(codesIn)
    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(165)
  })
})

describe('the kind of a currency', () => {
  it('is fiat where ISO 4217 knows its code', () => {
    expect(KNOWN.filter((code) => !isIso4217(code) || usualKind(code) !== 'fiat')).toEqual([])
  })

  it.each(['BTC', 'ETH', 'USDT', 'USDC', 'SOL', 'TRX', 'EU', ''])(
    'is crypto where it does not: %s',
    (code) => {
      expect(usualKind(code)).toBe('crypto')
    },
  )
})

const KNOWN = [...Object.values(ACTIVE), WITHOUT_UNIT].flatMap(codesIn)
