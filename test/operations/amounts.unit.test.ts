import fc from 'fast-check'
import { formatAmount, parseAmount } from '#domain/money.ts'

describe('an amount', () => {
  it.each([
    ['0', 0n],
    ['1', 100n],
    ['1.5', 150n],
    ['1.50', 150n],
    ['0.01', 1n],
    ['1234567890123456789012345678.99', 123456789012345678901234567899n],
  ])('%s is read exactly', (text, minor) => {
    expect(parseAmount(text, eur)).toEqual({ minor })
  })

  it.each([
    '',
    ' ',
    '1e3',
    '+1',
    '-0',
    '-1',
    '01',
    '1.',
    '.5',
    ' 1',
    '1 ',
    '1,5',
    '0x1',
    '１',
    'NaN',
    'Infinity',
    '1.5.5',
    '--1',
  ])('%p is no plain decimal', (text) => {
    expect(parseAmount(text, eur)).toEqual({ problem: 'amount_not_a_decimal' })
  })

  it('with more decimals than the currency is refused, not rounded', () => {
    expect(parseAmount('1.001', eur)).toEqual({ problem: 'amount_has_too_many_decimals' })
    expect(parseAmount('1.0', { code: 'JPY', fraction: 0 })).toEqual({
      problem: 'amount_has_too_many_decimals',
    })
  })

  it('of more digits than the book holds is refused', () => {
    expect(parseAmount(`1${'0'.repeat(28)}`, eur)).toEqual({ problem: 'amount_has_too_many_digits' })
  })

  it('comes back from its text as it went in, for every number of decimals', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 30n - 1n }),
        fc.integer({ min: 0, max: 18 }),
        (minor, fraction) => {
          const text = formatAmount(minor, fraction)
          expect(parseAmount(text, { code: 'X', fraction })).toEqual({ minor })
          expect(text.split('.')[1]?.length ?? 0).toBe(fraction)
        },
      ),
      { numRuns: 5_000 },
    )
  })

  it('below zero keeps its sign when written', () => {
    expect(formatAmount(-5n, 2)).toBe('-0.05')
    expect(formatAmount(-123n, 0)).toBe('-123')
  })
})

const eur = { code: 'EUR', fraction: 2 }
