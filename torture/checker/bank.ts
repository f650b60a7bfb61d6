import { minorOf } from './amount.ts'
import { groupBy, indexBy } from './rows.ts'
import type { BankEntry, Book, Finding, Issuer, Operation, Rule } from './run.ts'
import { isPaidOut } from './states.ts'

/** What may stand in the bank's book for each of our states; without a line here it must not be there at all. */
const STANDS: Readonly<Record<string, readonly string[]>> = {
  processed: ['confirmed', 'returned'],
  failed: ['refused'],
  at_platform: ['absent', 'pending', 'confirmed', 'refused', 'returned'],
  outcome_unknown: ['absent', 'pending', 'confirmed', 'refused', 'returned'],
}

/** Our payouts are the bank's, one by one: what is done here is done there, and what was declined never got there. */
export const bankAgreesOnStates: Rule = {
  name: 'bank_agrees_on_states',
  find: ({ book, bank }) => {
    const there = indexBy(bank, ({ reference }) => reference)
    return book.operations.filter(isPaidOut).flatMap((operation) => {
      const entry = there.get(operation.id)
      const allowed = operation.platform === null ? undefined : STANDS[operation.state]
      const status = entry?.status ?? 'absent'
      if (!(allowed ?? ['absent']).includes(status))
        return { subject: operation.id, detail: `is ${operation.state} here and ${status} at the bank` }
      const isDone = operation.state === 'processed' && entry
      return isDone && entry.bankReference !== operation.platform_reference
        ? {
            subject: operation.id,
            detail: `has ${operation.platform_reference}; the bank says ${entry.bankReference}`,
          }
        : []
    })
  },
}

/** The bank has paid nothing that we did not order, and each order once. */
export const bankHasNoOther: Rule = {
  name: 'bank_has_no_other',
  find: ({ book, bank }) => {
    const ours = new Set(book.operations.filter(isPaidOut).map(({ id }) => id))
    const sent = new Set(book.payoutSends.map(({ operation_id }) => operation_id))
    return [...groupBy(bank, ({ reference }) => reference)].flatMap(([subject, entries]): Finding[] => {
      if (entries.length > 1) return [{ subject, detail: `${entries.length} payouts under one reference` }]
      if (!ours.has(subject)) return [{ subject, detail: 'the bank has a payout that is none of ours' }]
      return sent.has(subject) ? [] : [{ subject, detail: 'the bank has it, and it was never sent' }]
    })
  },
}

/** To the minor unit, in the currency, and to the one who was named. */
export const bankAgreesOnAmounts: Rule = {
  name: 'bank_agrees_on_amounts',
  find: ({ book, bank }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const issuers = indexBy(book.issuers, ({ id }) => id)
    return bank.flatMap((entry) => {
      const operation = operations.get(entry.reference)
      const issuer = issuers.get(operation?.issuer_id ?? '')
      if (!operation || !issuer) return []
      const [ours, theirs] = [orderOf(operation, issuer), saidBy(entry, issuer)]
      return ours === theirs ? [] : { subject: operation.id, detail: `ours is ${ours}, the bank's ${theirs}` }
    })
  },
}

function orderOf({ recipient_amount, full_name, iban, account_number }: Operation, { code }: Issuer): string {
  return [recipient_amount, code, full_name, iban, account_number].map((fact) => fact ?? '-').join(' ')
}

function saidBy({ amount, currency, creditor }: BankEntry, { fraction }: Issuer): string {
  const { fullName, iban, accountNumber } = creditor
  return [minorOf(amount, fraction) ?? amount, currency, fullName, iban, accountNumber]
    .map((fact) => fact ?? '-')
    .join(' ')
}

/** Money that came back from the bank is credited once, and nothing is credited that did not come back. */
export const returnsAgree: Rule = {
  name: 'returns_agree',
  find: ({ book, bank }) => {
    const issuers = indexBy(book.issuers, ({ id }) => id)
    const operations = indexBy(book.operations, ({ id }) => id)
    const ours = groupBy(
      book.operations.filter(({ kind }) => kind === 'return'),
      ({ return_of }) => return_of,
    )
    const theirs = indexBy(bank, ({ reference }) => reference)
    return [
      ...new Set([...ours.keys(), ...bank.filter(isReturned).map(({ reference }) => reference)]),
    ].flatMap((subject): Finding[] => {
      const issuer = issuers.get(operations.get(subject)?.issuer_id ?? '')
      const entry = theirs.get(subject)
      const back = entry?.return
      const due =
        back && issuer ? `processed ${back.returnReference} ${minorOf(back.amount, issuer.fraction)}` : 'none'
      const booked = (ours.get(subject) ?? []).map(
        ({ state, return_reference, amount }) => `${state} ${return_reference} ${amount}`,
      )
      if ((booked.join(' and ') || 'none') === due) return []
      if (booked.length === 0 && hasBreak(book, subject)) return []
      return [{ subject, detail: `came back: ${due}; returns here: ${booked.join(' and ') || 'none'}` }]
    })
  },
}

function isReturned({ status }: BankEntry): boolean {
  return status === 'returned'
}

/** A call that the bank gave up on shows in reconciliation, and is a person's then. */
function hasBreak({ breaks }: Book, reference: string): boolean {
  return breaks.some(({ subject, state }) => subject === reference && state === 'open')
}
