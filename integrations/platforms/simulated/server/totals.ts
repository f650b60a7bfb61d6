import { formatAmount } from '#domain/money.ts'
import type { Entry } from './book.ts'

type Total = { readonly count: number; readonly amount: string }
type CurrencyTotals = {
  readonly currency: string
  /** All that ever left, what came back later included. */
  readonly paidOut: Total
  readonly returned: Total
  readonly pending: Total
  readonly refused: Total
  /** The customer's account, which starts at zero: what came back less what left. */
  readonly balance: string
}

/** Sorted by currency; amounts with as many decimals as the longest of that currency. */
export function totalsOf(entries: readonly Entry[]): CurrencyTotals[] {
  const currencies = [...new Set(entries.map((entry) => entry.currency))].toSorted()
  return currencies.map((currency) =>
    totalsIn(
      currency,
      entries.filter((entry) => entry.currency === currency),
    ),
  )
}

function totalsIn(currency: string, entries: readonly Entry[]): CurrencyTotals {
  const fraction = Math.max(...entries.map((entry) => decimalsOf(entry.amount).length))
  const total = (...statuses: readonly Entry['status'][]) => {
    const counted = entries.filter((entry) => statuses.includes(entry.status))
    const minor = counted.reduce((sum, entry) => sum + minorOf(entry.amount, fraction), 0n)
    return { count: counted.length, minor, amount: formatAmount(minor, fraction) }
  }
  const [paidOut, returned] = [total('confirmed', 'returned'), total('returned')]
  return {
    currency,
    paidOut: written(paidOut),
    returned: written(returned),
    pending: written(total('pending')),
    refused: written(total('refused')),
    balance: formatAmount(returned.minor - paidOut.minor, fraction),
  }
}

function written({ count, amount }: Total): Total {
  return { count, amount }
}

function decimalsOf(amount: string): string {
  return amount.split('.')[1] ?? ''
}

function minorOf(amount: string, fraction: number): bigint {
  const [whole = '0', decimals = ''] = amount.split('.')
  return BigInt(whole + decimals.padEnd(fraction, '0'))
}
