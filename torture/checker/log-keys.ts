import { codeIn, idIn, isGood, isTurnedAway, shownIn, wishesIn, type Wish } from './exchanges.ts'
import { groupBy } from './rows.ts'
import type { Rule } from './run.ts'

/** One person's key stands for one operation, in the book and in every answer. */
export const oneOperationPerKey: Rule = {
  name: 'one_operation_per_key',
  find: ({ book, exchanges }) => {
    const told = groupBy(
      wishesIn(exchanges).filter((wish) => isGood(wish) && wish.key !== null),
      ({ person, key }) => `${person} ${key}`,
    )
    const booked = groupBy(book.operations, ({ asked_by, idempotency_key: key }) =>
      asked_by === null || key === null ? null : `${asked_by} ${key}`,
    )
    return [...new Set([...told.keys(), ...booked.keys()])].flatMap((subject) => {
      const ids = new Set([
        ...(told.get(subject) ?? []).map((wish) => idIn(wish) ?? 'an answer without an id'),
        ...(booked.get(subject) ?? []).map(({ id }) => id),
      ])
      return ids.size > 1 ? { subject, detail: `stands for ${[...ids].join(', ')}` } : []
    })
  },
}

/**
 * Equal keys never heard two verdicts: what was booked is not also refused, and it has one number and one amount. A 202
 * is no verdict, and neither is being turned away for the call itself (401, 429).
 */
export const oneVerdictPerKey: Rule = {
  name: 'one_verdict_per_key',
  find: ({ exchanges }) =>
    [
      ...groupBy(wishesIn(exchanges), ({ person, key }) => (key === null ? null : `${person} ${key}`)),
    ].flatMap(([subject, sends]) => {
      const accepted = sends.filter(({ status }) => status === 201)
      const refused = sends.filter((send) => isVerdict(send))
      const contradicted = accepted.flatMap((yes) => refused.filter((no) => contradicts(yes, no)))
      const facts = new Set(sends.filter(isGood).map(unchanging))
      const [no] = contradicted
      if (no)
        return {
          subject,
          detail: `was accepted, and refused with ${no.status} ${codeIn(no)} in exchange ${no.n}`,
        }
      return facts.size > 1
        ? { subject, detail: `was answered differently: ${[...facts].join(' and ')}` }
        : []
    }),
}

const NO_VERDICT = new Set([401, 408, 413, 429])

function isVerdict(send: Wish): boolean {
  return isTurnedAway(send) && !NO_VERDICT.has(send.status ?? 0)
}

function contradicts(yes: Wish, no: Wish): boolean {
  // To say that a key stands for something else is right where it does.
  if (codeIn(no) === 'idempotency_key_reused') return isSameWish(yes, no)
  // What was refused before it came to the book is not kept under its key: put right, it may be tried again.
  const wasTriedAgain = no.endedAt <= yes.sentAt && !OF_THE_BOOK.has(codeIn(no) ?? '')
  return isSameWish(yes, no) && !wasTriedAgain
}

/** Refusals of registration, which are kept for good. */
const OF_THE_BOOK = new Set([
  'exceeds_available_balance',
  'coin_inactive',
  'client_frozen',
  'bank_account_not_approved',
  'bank_line_taken',
  'reversal_outdated',
])

function isSameWish(one: Wish, other: Wish): boolean {
  return one.path === other.path && JSON.stringify(one.body) === JSON.stringify(other.body)
}

function unchanging(wish: Wish): string {
  const { id, requestIdentifier, amount, netAmount, type } = shownIn(wish) ?? {}
  return [type, id, requestIdentifier, amount, netAmount].map(String).join(' ')
}
