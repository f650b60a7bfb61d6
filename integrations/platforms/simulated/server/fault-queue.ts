import { PLANS, canMeet } from './faults.ts'
import type { Fault, Subject } from './faults.ts'
import type { FaultOrder } from './requests.ts'

/** A queue that grows without end is a mistake in the test that fills it. */
const ORDERS_MAX = 10_000

/** What is sent, as far as a fault can be about it. */
export type Sent = {
  readonly subject: Subject
  readonly reference: string
  readonly amount: string
  /** It is in the book: what was decided stays, only the answer can still go wrong. */
  readonly known: boolean
}
export type ReadFault = Extract<Fault, `${string}_down`>

export type FaultQueue = {
  /** False where the queue is full. */
  add(order: FaultOrder): boolean
  list(): readonly FaultOrder[]
  clear(): void
  takeForSend(sent: Sent): FaultOrder | undefined
  /** @param reference of what is asked about, where it is about one */
  takeForRead(fault: ReadFault, reference?: string): FaultOrder | undefined
  isDown(): boolean
}

/** Orders live in memory: they are the tester's, not the bank's, and end with the process. */
export function createFaultQueue(): FaultQueue {
  let orders: FaultOrder[] = []
  let downUntilMs = 0

  function take(matches: (order: FaultOrder) => boolean): FaultOrder | undefined {
    const found = orders.find(matches)
    if (!found) return undefined
    const left = { ...found, times: found.times - 1 }
    orders = orders.flatMap((order) => (order !== found ? [order] : left.times > 0 ? [left] : []))
    return found
  }

  return {
    add(order) {
      if (order.fault === 'down') downUntilMs = Date.now() + order.delayMs
      else if (orders.length < ORDERS_MAX) orders.push(order)
      else return false
      return true
    },
    list: () => orders,
    clear() {
      orders = []
      downUntilMs = 0
    },
    takeForSend: (sent) => take((order) => isForSend(order, sent)),
    takeForRead: (fault, reference) =>
      take(
        (order) =>
          (order.fault === fault || order.fault === 'rate_limited') &&
          (order.reference ?? reference) === reference &&
          order.amount === undefined,
      ),
    isDown: () => Date.now() < downUntilMs,
  }
}

function isForSend(order: FaultOrder, { subject, reference, amount, known }: Sent): boolean {
  if (!canMeet(order.fault, subject)) return false
  if (known && PLANS[order.fault].answers === 'truth') return false
  return (order.reference ?? reference) === reference && (order.amount ?? amount) === amount
}
