import { PLANS } from './faults.ts'
import type { FaultOrder, PayoutRequest } from './requests.ts'

/** A queue that grows without end is a mistake in the test that fills it. */
const ORDERS_MAX = 10_000

export type FaultQueue = {
  /** False where the queue is full. */
  add(order: FaultOrder): boolean
  list(): readonly FaultOrder[]
  clear(): void
  /** @param known the reference is in the book: what was decided stays, only the answer can still go wrong. */
  takeForPayout(request: PayoutRequest, known: boolean): FaultOrder | undefined
  takeForLookUp(reference: string): FaultOrder | undefined
  takeForBook(): FaultOrder | undefined
}

/** Orders live in memory: they are the tester's, not the bank's, and end with the process. */
export function createFaultQueue(): FaultQueue {
  let orders: FaultOrder[] = []

  function take(matches: (order: FaultOrder) => boolean): FaultOrder | undefined {
    const found = orders.find(matches)
    if (!found) return undefined
    const left = { ...found, times: found.times - 1 }
    orders = orders.flatMap((order) => (order !== found ? [order] : left.times > 0 ? [left] : []))
    return found
  }

  return {
    add(order) {
      if (orders.length >= ORDERS_MAX) return false
      orders.push(order)
      return true
    },
    list: () => orders,
    clear() {
      orders = []
    },
    takeForPayout: (request, known) => take((order) => isForPayout(order, request, known)),
    takeForLookUp: (reference) =>
      take((order) => order.fault === 'lookup_down' && (order.reference ?? reference) === reference),
    takeForBook: () => take((order) => order.fault === 'book_down'),
  }
}

function isForPayout(order: FaultOrder, request: PayoutRequest, known: boolean): boolean {
  if (order.fault === 'lookup_down' || order.fault === 'book_down') return false
  if (known && PLANS[order.fault].answers === 'truth') return false
  return (
    (order.reference ?? request.reference) === request.reference &&
    (order.amount ?? request.amount) === request.amount
  )
}
