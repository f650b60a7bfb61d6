import { groupBy, indexBy } from './rows.ts'
import type { Operation, Rule } from './run.ts'
import { HELD_BACK, isOrder, isOutgoing, ORDER_OPEN, TURNED_AWAY } from './states.ts'

/**
 * What goes out is held while it waits, and on a platform until that has confirmed, for its whole amount; the hold ends once:
 * captured, or released.
 */
export const holdsFollowTheirOperation: Rule = {
  name: 'holds_follow_their_operation',
  find: ({ book }) => {
    const holds = groupBy(book.holds, ({ operation_id }) => operation_id)
    const entered = groupBy(
      book.steps.filter(({ outcome }) => outcome === 'applied'),
      ({ operation_id }) => operation_id,
    )
    const known = indexBy(book.operations, ({ id }) => id)
    const strays = book.holds.filter(({ operation_id }) => !known.has(operation_id))
    return [
      ...strays.map(({ operation_id }) => ({ subject: operation_id, detail: 'a hold of no operation' })),
      ...book.operations.flatMap((operation) => {
        const own = holds.get(operation.id) ?? []
        const waited = (entered.get(operation.id) ?? []).some(({ to_state }) => isHeldIn(operation, to_state))
        const due = waited && isOutgoing(operation) ? dueOf(operation) : undefined
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

function isHeldIn(operation: Operation, state: string): boolean {
  return HELD_BACK.has(state) || (isOrder(operation) && ORDER_OPEN.has(state))
}

function dueOf(operation: Operation): string {
  const { state, sender_amount, coin_id } = operation
  const isOpen = isHeldIn(operation, state)
  // Of a payout that failed the hold was captured before it went to the bank.
  const isReleased = TURNED_AWAY.has(state) && (state !== 'failed' || isOrder(operation))
  const end = isReleased ? 'released' : 'captured'
  return `${isOpen ? 'placed' : end} ${sender_amount} on ${coin_id}${isOpen ? '' : ', ended'}`
}
