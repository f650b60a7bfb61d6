import { signedMinorOf } from './amount.ts'
import { groupBy, indexBy } from './rows.ts'
import type { Book, Inbox, Operation, Rule } from './run.ts'
import { FINAL, isOrder } from './states.ts'

/** A call that is not as we have it is in the queue of people, once; and there is no other of its kind. */
export const oddCallsAreBeforePeople: Rule = {
  name: 'odd_calls_are_before_people',
  find: ({ book }) => {
    const odd = groupBy(oddCalls(book), ({ platform, reference }) => `${platform} ${reference}`)
    const open = groupBy(
      book.breaks.filter(({ kind, state }) => kind === 'odd_call' && state === 'open'),
      ({ part, subject }) => `${part} ${subject}`,
    )
    return [...new Set([...odd.keys(), ...open.keys()])].flatMap((subject) => {
      const [calls, breaks] = [odd.get(subject)?.length ?? 0, open.get(subject)?.length ?? 0]
      return calls === breaks ? [] : { subject, detail: `${calls} odd call(s), and ${breaks} before people` }
    })
  },
}

function oddCalls(book: Book): Inbox[] {
  const operations = indexBy(book.operations.filter(isOrder), ({ id }) => id)
  const fractions = new Map(book.issuers.map(({ id, code, fraction }) => [id, { code, fraction }]))
  return book.inbox
    .filter(({ type }) => type.startsWith('order.'))
    .filter((call) => {
      const operation = operations.get(call.reference)
      if (!operation || operation.platform !== call.platform) return true
      const { code, fraction } = fractions.get(operation.issuer_id) ?? { code: '', fraction: 0 }
      const isOther = call.amount !== null && signedMinorOf(call.amount, fraction) !== ordered(operation)
      return isOther || (call.currency !== null && call.currency !== code) || contradicts(operation, call)
    })
}

/** What the platform was told. */
function ordered({ kind, sender_amount, recipient_amount }: Operation): bigint {
  return kind === 'platform_deposit' ? recipient_amount : sender_amount
}

function contradicts({ state }: Operation, { type }: Inbox): boolean {
  return FINAL.has(state) && type !== (state === 'processed' ? 'order.confirmed' : 'order.refused')
}

/** Between the two books nothing is left that a person would have to explain, but for odd calls. */
export const noBreakIsUnexplained: Rule = {
  name: 'no_break_is_unexplained',
  find: ({ book }) => {
    const platforms = new Set(book.coins.map(({ platform_id }) => platform_id))
    return book.breaks
      .filter(({ part, kind, state }) => platforms.has(part) && kind !== 'odd_call' && state === 'open')
      .map(({ kind, subject, ours, theirs }) => ({
        subject,
        detail: `${kind}: ${ours ?? 'nothing'} here, ${theirs ?? 'nothing'} there`,
      }))
  },
}

/** Where the platform can be asked, nobody has to be: it answers for every reference, also for one that it never got. */
export const nobodyIsAskedForThePlatform: Rule = {
  name: 'nobody_is_asked_for_the_platform',
  find: ({ book, held }) => {
    const there = indexBy(held.orders, ({ reference }) => reference)
    return book.operations
      .filter((operation) => isOrder(operation) && !FINAL.has(operation.state))
      .filter(({ attention, state }) => attention !== null || state === 'awaiting_reference')
      .flatMap(({ id, attention, state }) => {
        const status = there.get(id)?.status ?? 'absent'
        return status === 'pending'
          ? []
          : { subject: id, detail: `is ${state} (${attention}), and the platform would say: ${status}` }
      })
  },
}
