import { parseAmount, type Currency } from '../money.ts'

/** Minor units of what a platform writes, negative with a minus; undefined where it is not exact in the currency. */
export function parseSigned(amount: string, currency: Currency): bigint | undefined {
  const isNegative = amount.startsWith('-')
  const read = parseAmount(withoutTail(isNegative ? amount.slice(1) : amount, currency), currency)
  if ('problem' in read) return undefined
  return isNegative ? -read.minor : read.minor
}

/** Platforms write more zeros than a currency has decimals. */
function withoutTail(amount: string, { fraction }: Currency): string {
  const [whole = '', decimals = ''] = amount.split('.')
  if (/[^0]/.test(decimals.slice(fraction))) return amount
  const kept = decimals.slice(0, fraction)
  return kept === '' ? whole : `${whole}.${kept}`
}
