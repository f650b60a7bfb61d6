import { condition } from '@temporalio/workflow'
import { isFinal, type OrderKind } from '#domain/operations/operation.ts'
import { passHoldBacks } from './hold-back.ts'
import type { Verdict } from './messages.ts'
import { runOperation } from './operation.ts'
import { placeOrder } from './place-order.ts'

/** What waits until nothing holds it back, and is then for a platform to do; where none can be asked, for a person to find out. */
export function runThroughPlatform(kind: 'withdrawal' | 'suspense_return' | OrderKind): Promise<Verdict> {
  return runOperation(kind, async (running) => {
    const { desk, registered } = running
    await passHoldBacks(running)
    if (desk.state() !== 'awaiting_reference' && !isFinal(desk.state()) && registered.platform !== null)
      await placeOrder(running, registered.platform)
    await condition(() => isFinal(desk.state()))
  })
}
