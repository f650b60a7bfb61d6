import { condition } from '@temporalio/workflow'
import { isFinal, type Kind } from '#domain/operation.ts'
import { passHoldBacks } from './hold-back.ts'
import type { Verdict } from './messages.ts'
import { runOperation } from './operation.ts'
import { placeOrder } from './place-order.ts'

/**
 * Money goes out to a bank: held at the request, captured into payout transit when nothing holds it back any more,
 * redeemed when the bank confirms. Compensated: the hold when it is turned away or expires; the capture if the bank
 * refuses. Not compensated: a payout that the bank confirmed; if it comes back later, that is an operation of its own.
 */
export function withdrawal(): Promise<Verdict> {
  return runPaidOut('withdrawal')
}

/** Money that stands in suspense goes back through a bank, in the same way. */
export function suspenseReturn(): Promise<Verdict> {
  return runPaidOut('suspense_return')
}

function runPaidOut(kind: Extract<Kind, 'withdrawal' | 'suspense_return'>): Promise<Verdict> {
  return runOperation(kind, async (running) => {
    const { desk, registered } = running
    await passHoldBacks(running)
    if (desk.state() === 'awaiting_reference') await condition(() => isFinal(desk.state()))
    else if (!isFinal(desk.state()) && registered.platform !== null)
      await placeOrder(running, registered.platform)
  })
}
