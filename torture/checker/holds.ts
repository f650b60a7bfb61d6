import { groupBy, indexBy } from './rows.ts'
import type { Operation, Rule } from './run.ts'
import { HELD_BACK, isOutgoing, TURNED_AWAY } from './states.ts'

/** What goes out is held while it waits, for its whole amount, and the hold ends once: captured, or released. */
export const holdsFollowTheirOperation: Rule = {
  name: 'holds_follow_their_operation',
  find: ({ book }) => {
    const holds = groupBy(book.holds, ({ operation_id }) => operation_id)
    const waited = new Set(
      book.steps
        .filter(({ outcome, to_state }) => outcome === 'applied' && HELD_BACK.has(to_state))
        .map(({ operation_id }) => operation_id),
    )
    const known = indexBy(book.operations, ({ id }) => id)
    const strays = book.holds.filter(({ operation_id }) => !known.has(operation_id))
    return [
      ...strays.map(({ operation_id }) => ({ subject: operation_id, detail: 'a hold of no operation' })),
      ...book.operations.flatMap((operation) => {
        const own = holds.get(operation.id) ?? []
        const due = waited.has(operation.id) && isOutgoing(operation) ? dueOf(operation) : undefined
        const shown = own.map(
          (hold) =>
            `${hold.state} ${hold.amount} on ${hold.account_id}${hold.ended_at === null ? '' : ', ended'}`,
        )
        if (shown.length === (due === undefined ? 0 : 1) && shown[0] === due) return []
        const has = shown.join(' and ') || 'no hold'
        return {
          subject: operation.id,
          detail: `is ${operation.state}; due is ${due ?? 'no hold'}, there is ${has}`,
        }
      }),
    ]
  },
}

function dueOf({ state, sender_amount, coin_id }: Operation): string {
  const isOpen = HELD_BACK.has(state)
  const end = TURNED_AWAY.has(state) && state !== 'failed' ? 'released' : 'captured'
  return `${isOpen ? 'placed' : end} ${sender_amount} on ${coin_id}${isOpen ? '' : ', ended'}`
}
