import { groupBy, indexBy, sumOf } from './rows.ts'
import type { Rule } from './run.ts'

/** What one step moves in one issuer comes from somewhere. */
export const stepsSumToZero: Rule = {
  name: 'steps_sum_to_zero',
  find: ({ book }) =>
    [...groupBy(book.postings, (row) => `${row.operation_id} ${row.step} ${row.issuer_id}`)].flatMap(
      ([subject, rows]) =>
        unlessZero(
          subject,
          sumOf(rows, ({ amount }) => amount),
        ),
    ),
}

/** The book of an issuer balances as a whole, issuing balance against circulation. */
export const issuersSumToZero: Rule = {
  name: 'issuers_sum_to_zero',
  find: ({ book }) => {
    const issuerOf = indexBy(book.accounts, ({ id }) => id)
    return [
      ...groupBy(book.balances, ({ account_id }) => issuerOf.get(account_id)?.issuer_id ?? 'no issuer'),
    ].flatMap(([subject, rows]) =>
      unlessZero(
        subject,
        sumOf(rows, ({ posted }) => posted),
      ),
    )
  },
}

function unlessZero(subject: string, rest: bigint) {
  return rest === 0n ? [] : { subject, detail: `${rest} is left` }
}

/** Value is made and taken away by issue and redeem only. */
export const circulationChangesOpenly: Rule = {
  name: 'circulation_changes_openly',
  find: ({ book }) => {
    const accounts = indexBy(book.accounts, ({ id }) => id)
    return book.postings.flatMap(({ id, operation_id, step, type, account_id }) => {
      const isMirror = accounts.get(account_id)?.type === 'issuing_balance'
      const isOpen = type === 'issue' || type === 'redeem'
      return isMirror && !isOpen
        ? { subject: operation_id, detail: `posting ${id} of ${step} moves ${account_id} as ${type}` }
        : []
    })
  },
}

/** An operation moves its own issuer's money, between accounts of its project; a trade, that of what is bought as well. */
export const postingsStayInTheirIssuer: Rule = {
  name: 'postings_stay_in_their_issuer',
  find: ({ book }) => {
    const accounts = indexBy(book.accounts, ({ id }) => id)
    const operations = indexBy(book.operations, ({ id }) => id)
    return book.postings.flatMap(({ id, operation_id, account_id, issuer_id }) => {
      const operation = operations.get(operation_id)
      const bought = operation?.kind === 'platform_trade' ? operation.counter_coin_id : null
      const allowed = [operation?.issuer_id, accounts.get(bought ?? '')?.issuer_id]
      return allowed.includes(issuer_id) && accounts.get(account_id)?.issuer_id === issuer_id
        ? []
        : { subject: operation_id, detail: `posting ${id} is of ${issuer_id}, on ${account_id}` }
    })
  },
}
