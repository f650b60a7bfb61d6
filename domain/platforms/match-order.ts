import type { HeldEntry, Order } from './holding-platform.ts'

/** found: this entry is the order's. none: nothing fits (yet). several: which of them it is cannot be told. */
export type Matched =
  | { readonly kind: 'found'; readonly entry: HeldEntry }
  | { readonly kind: 'none' }
  | { readonly kind: 'several' }

/**
 * What became of an order on a platform that keeps no reference of ours, by its history: only one order at a time is under way at a
 * place, so what is there now, was not there before, belongs to nothing else, and is as much as was asked, is the order's.
 * @param known ids of what was there before, or belongs to something else
 */
export function matchOrder(
  order: Pick<Order, 'type' | 'amount'>,
  entries: readonly HeldEntry[],
  known: ReadonlySet<string>,
): Matched {
  const wanted = order.type === 'deposit' ? order.amount : `-${order.amount}`
  const [entry, another] = entries.filter(
    ({ entryId, amount }) => !known.has(entryId) && isSameAmount(amount, wanted),
  )
  if (!entry) return { kind: 'none' }
  return another ? { kind: 'several' } : { kind: 'found', entry }
}

/** The same value: "12.5" is "12.50", and "-0.10" is "-.1" to no platform that we read. */
export function isSameAmount(one: string, other: string): boolean {
  return withoutZeros(one) === withoutZeros(other)
}

function withoutZeros(amount: string): string {
  return amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount
}
