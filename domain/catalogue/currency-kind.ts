import { isIso4217 } from './iso-4217.ts'

/** What a currency is money of: states, blockchains, or of the project alone (points, say). */
export const CURRENCY_KINDS = ['fiat', 'crypto', 'custom'] as const
export type CurrencyKind = (typeof CURRENCY_KINDS)[number]

/** Where nobody says otherwise. */
export function usualKind(code: string): CurrencyKind {
  return isIso4217(code) ? 'fiat' : 'crypto'
}
