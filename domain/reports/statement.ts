/** Amounts in minor units; `amount` is what the posting did to the account, `balance` what it left there. */
export type StatementLine = { readonly amount: bigint; readonly balance: bigint }

export type StatementTotals = {
  readonly credits: bigint
  readonly debits: bigint
  readonly closing: bigint
}

/**
 * What the lines add up to. Each balance must follow from the one before it.
 * @throws Error where the book contradicts itself: such a statement is never handed out
 */
export function totalStatement(opening: bigint, lines: readonly StatementLine[]): StatementTotals {
  let [credits, debits, closing] = [0n, 0n, opening]
  for (const { amount, balance } of lines) {
    if (amount > 0n) credits += amount
    else debits -= amount
    closing += amount
    if (closing !== balance) throw new Error(`a running balance is ${balance}, its postings say ${closing}`)
  }
  return { credits, debits, closing }
}
