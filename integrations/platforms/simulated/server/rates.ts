import { productOf, unitsOf } from './exact.ts'

/** One of `sell` is worth `rate` of `buy`, and what is bought has so many decimals. */
export type Rate = {
  readonly sell: string
  readonly buy: string
  readonly rate: string
  readonly decimals: number
}

/** Fixed, so that whoever tries something can foresee what comes of it; any other pair has to be set first. */
export const RATES_AT_FIRST: readonly Rate[] = [
  { sell: 'USDT', buy: 'BTC', rate: '0.00001', decimals: 8 },
  { sell: 'BTC', buy: 'USDT', rate: '100000', decimals: 6 },
  { sell: 'USDT', buy: 'ETH', rate: '0.00025', decimals: 18 },
  { sell: 'ETH', buy: 'USDT', rate: '4000', decimals: 6 },
  { sell: 'USDT', buy: 'EUR', rate: '0.92', decimals: 2 },
  { sell: 'EUR', buy: 'USDT', rate: '1.08', decimals: 6 },
  { sell: 'USDT', buy: 'USD', rate: '1', decimals: 2 },
  { sell: 'USD', buy: 'USDT', rate: '1', decimals: 6 },
  { sell: 'EUR', buy: 'BTC', rate: '0.0000108', decimals: 8 },
  { sell: 'BTC', buy: 'EUR', rate: '92000', decimals: 2 },
]

export function pairOf({ sell, buy }: Pick<Rate, 'sell' | 'buy'>): string {
  return `${sell}/${buy}`
}

export function boughtFor(amount: string, { rate, decimals }: Rate): bigint {
  return productOf(unitsOf(amount), unitsOf(rate), decimals)
}
