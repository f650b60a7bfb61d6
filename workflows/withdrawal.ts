import { condition } from '@temporalio/workflow'
import { isFinal } from '#domain/operation.ts'
import { awaitDecision } from './await-decision.ts'
import type { Verdict } from './messages.ts'
import { runOperation } from './operation.ts'
import { payOut } from './pay-out.ts'

/**
 * Money goes out to a bank: held at the request, captured into payout transit by an accept, redeemed when the bank
 * confirms. Compensated: the hold on decline or expiry; the capture if the bank refuses. Not compensated: a payout that
 * the bank confirmed; if it comes back later, that is an operation of its own.
 */
export function withdrawal(): Promise<Verdict> {
  return runOperation('withdrawal', async (running) => {
    const { desk, registered } = running
    await awaitDecision(running)
    if (desk.state() === 'awaiting_reference') await condition(() => isFinal(desk.state()))
    else if (!isFinal(desk.state()) && registered.platform !== null)
      await payOut(running, registered.platform)
  })
}
