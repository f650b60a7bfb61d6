import { groupBy, indexBy } from './rows.ts'
import type { Rule } from './run.ts'
import { isOrder, isPaidOut } from './states.ts'

/** A payout or an order is sent again only after whoever got it has said for certain that it never took it. */
export const onlyAbsentIsResent: Rule = {
  name: 'only_absent_is_resent',
  find: ({ book }) => {
    const absences = groupBy(
      book.platformAnswers.filter(({ call, kind }) => kind === (call === 'send' ? 'not_sent' : 'absent')),
      ({ operation_id }) => operation_id,
    )
    return [...groupBy(book.payoutSends, ({ operation_id }) => operation_id)].flatMap(([subject, sends]) => {
      const inOrder = sends.toSorted((a, b) => a.send - b.send)
      const blind = inOrder.find((send, i) => {
        const before = inOrder[i - 1]
        const isKnownAbsent = (absences.get(subject) ?? []).some(
          ({ created_at }) => before && before.at <= created_at && created_at <= send.at,
        )
        return before !== undefined && !isKnownAbsent
      })
      return blind
        ? { subject, detail: `send ${blind.send} went out, and nothing said that it was absent` }
        : []
    })
  },
}

/** It is done, or it failed, because the bank or the platform said so; silence settles nothing. */
export const banksWordSettles: Rule = {
  name: 'banks_word_settles',
  find: ({ book }) => {
    const answers = groupBy(book.platformAnswers, ({ operation_id }) => operation_id)
    return book.operations
      .filter((operation) => (isPaidOut(operation) && operation.platform !== null) || isOrder(operation))
      .flatMap(({ id, state, platform_reference }) => {
        const said = answers.get(id) ?? []
        if (state === 'failed' && !said.some(({ kind }) => kind === 'refused'))
          return { subject: id, detail: 'failed, and the bank never refused it' }
        const isConfirmed = said.some(
          (one) =>
            (one.kind === 'confirmed' || one.kind === 'returned') &&
            one.platform_reference === platform_reference,
        )
        return state === 'processed' && !isConfirmed
          ? { subject: id, detail: `is processed under ${platform_reference}, which the bank never said` }
          : []
      })
  },
}

/** Money goes out only to an account of the coin that was approved, and to that very one. */
export const onlyApprovedAccountsArePaid: Rule = {
  name: 'only_approved_accounts_are_paid',
  find: ({ book }) => {
    const accounts = indexBy(book.bankAccounts, ({ id }) => id)
    return book.operations
      .filter(({ kind, state }) => kind === 'withdrawal' && state !== 'refused')
      .flatMap(({ id, bank_account_id, coin_id, iban, account_number }) => {
        const account = accounts.get(bank_account_id ?? '')
        const isTheirs =
          account?.status === 'APPROVED' &&
          account.coin_id === coin_id &&
          (iban === null || iban === account.iban) &&
          (account_number === null || account_number === account.account_number) &&
          (iban !== null || account_number !== null)
        const told = account ? `${account.iban ?? account.account_number}, ${account.status}` : 'no account'
        return isTheirs
          ? []
          : { subject: id, detail: `goes to ${iban ?? account_number}; its account is ${told}` }
      })
  },
}
