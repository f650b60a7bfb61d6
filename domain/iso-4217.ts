/** Decimals of ISO 4217 currencies that do not have two. `Intl` is wrong for sixteen currencies, so it is not asked. */
const FRACTIONS: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

export function usualFraction(code: string): number {
  const found = Object.entries(FRACTIONS).find(([, codes]) => codes.split(' ').includes(code))
  return found ? Number(found[0]) : 2
}
