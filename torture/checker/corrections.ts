import { groupBy, indexBy, sumOf } from './rows.ts'
import type { Finding, Operation, Rule } from './run.ts'
import { isOrder, TURNED_AWAY } from './states.ts'

/** Never is more corrected or given back than was booked, and with the whole amount goes the whole commission. */
export const correctionsStayWithin: Rule = {
  name: 'corrections_stay_within',
  find: ({ book }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const later = groupBy(book.operations, ({ return_of, reversal_of }) => return_of ?? reversal_of)
    return [...later].flatMap(([id, children]): Finding[] => {
      const original = operations.get(id)
      if (!original) return [{ subject: id, detail: 'is corrected, and is not in the book' }]
      const alive = children.filter(({ state }) => !TURNED_AWAY.has(state) && state !== 'received')
      if (alive.length === 0) return []
      if (original.state !== 'processed')
        return [{ subject: id, detail: `is ${original.state}, and was corrected` }]
      const stray = alive.find((child) => !isWayBack(original, child))
      if (stray) return [{ subject: stray.id, detail: `does not lead back the way that ${id} went` }]
      const wrong = sumsWrong(original, alive)
      return wrong === undefined ? [] : [{ subject: id, detail: wrong }]
    })
  },
}

function isWayBack(original: Operation, child: Operation): boolean {
  const { kind, coin_id, counter_coin_id, issuer_id, bank_line_id } = original
  if (child.issuer_id !== issuer_id) return false
  if (kind === 'platform_deposit' || kind === 'platform_withdrawal')
    return (
      child.coin_id === coin_id && isOrder(child) && child.kind !== kind && child.kind !== 'platform_trade'
    )
  if (child.kind === 'return')
    return kind === 'suspense_return'
      ? child.coin_id === null && child.bank_line_id === bank_line_id
      : kind === 'withdrawal' && child.coin_id === coin_id
  return kind === 'transfer'
    ? child.coin_id === counter_coin_id && child.counter_coin_id === coin_id
    : (kind === 'top_up' || kind === 'opening_balance') &&
        child.coin_id === coin_id &&
        child.counter_coin_id === null
}

function sumsWrong(original: Operation, children: readonly Operation[]): string | undefined {
  const whole = original.recipient_amount
  const commission = original.sender_amount - whole
  const amount = sumOf(children, (child) => child.amount)
  const back = sumOf(children, (child) => child.commission_back)
  if (amount > whole) return `${amount} of ${whole} went back`
  // Of what a platform did, the commission is not there any more.
  if (children.some((child) => child.kind === 'return' || isOrder(child)))
    return back === 0n ? undefined : 'a return gave commission back'
  // Each part is rounded down, counted from the beginning; what was declined meanwhile may have moved each by one.
  const due = (commission * amount) / whole
  const slack = BigInt(children.length)
  if (back > commission || back > due + slack || back < due - slack)
    return `${back} of ${commission} commission went back with ${amount} of ${whole}`
  return amount === whole && back !== commission
    ? `all went back, with ${back} of ${commission} commission`
    : undefined
}
