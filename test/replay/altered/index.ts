import { awaitDecision } from '#workflows/await-decision.ts'
import type { Verdict } from '#workflows/messages.ts'
import { runOperation } from '#workflows/operation.ts'
import { placeOrder } from '#workflows/place-order.ts'

/** The withdrawal in another order: pays first and asks afterwards. */
export function withdrawal(): Promise<Verdict> {
  return runOperation('withdrawal', async (running) => {
    await placeOrder(running, running.registered.platform ?? '')
    await awaitDecision(running)
  })
}
