import type { Book, CommissionTerm, Operation, Rule } from './run.ts'
import { flowOf, termsOf } from './terms.ts'

/**
 * What an operation costs, and who bears it, is what the client's contract says of its amount: a percentage rounded once,
 * half up, and nothing made or lost on the way. Who has which contract is known for every moment; what a contract says is
 * read as it is now, so that must not change during a run.
 */
export const commissionIsByTheContract: Rule = {
  name: 'commission_is_by_the_contract',
  find: ({ book }) =>
    book.operations.flatMap((operation) => {
      const due = chargeOf(book, operation)
      const { sender_amount, recipient_amount, amount, id } = operation
      if (due && due[0] === sender_amount && due[1] === recipient_amount) return []
      const there = `${sender_amount} leave and ${recipient_amount} arrive`
      return {
        subject: id,
        detail: `of ${amount}, ${there}; the contract says ${due?.join(' and ') ?? 'nothing'}`,
      }
    }),
}

function chargeOf(book: Book, operation: Operation): readonly [bigint, bigint] | undefined {
  const { amount } = operation
  if (flowOf(operation) === undefined) return [amount, amount]
  const term = termsOf(book, operation).find(
    ({ begin_amount, end_amount }) => begin_amount <= amount && (end_amount === null || amount < end_amount),
  )
  if (!term) return undefined
  const commission = commissionOf(term, amount)
  // Money that has arrived pays for itself: nothing more can be taken.
  const direction = operation.bank_line_id === null ? term.direction : 'IN'
  const sender = direction === 'OUT' ? commission : direction === 'SHARED' ? commission / 2n : 0n
  return [amount + sender, amount - (commission - sender)]
}

function commissionOf({ type, fixed, percent }: CommissionTerm, amount: bigint): bigint {
  const share = percentOf(amount, percent)
  switch (type) {
    case 'zero':
      return 0n
    case 'percent':
      return share
    case 'fixed':
      return fixed
    case 'greater_of_fixed_or_percent':
      return fixed > share ? fixed : share
    case 'lesser_of_fixed_or_percent':
      return fixed < share ? fixed : share
    default:
      return fixed + share
  }
}

/** numeric(9,6) of a hundred, as exact text. */
function percentOf(amount: bigint, percent: string): bigint {
  const [whole = '0', decimals = ''] = percent.split('.')
  const millionths = BigInt(whole + decimals.padEnd(6, '0'))
  const exact = amount * millionths
  const unit = 100_000_000n
  return exact / unit + ((exact % unit) * 2n >= unit ? 1n : 0n)
}
