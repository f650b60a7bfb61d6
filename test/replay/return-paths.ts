import { id } from '#test/support/book.ts'
import type { Engine } from '#test/support/engine.ts'
import { handleOf, startByHand } from './by-hand.ts'
import { giveBack } from './give-back.ts'
import type { Paths } from './path.ts'
import { acceptedWith } from './payout-paths.ts'
import { accept, askWithdrawal, reach, type Asked } from './requests.ts'

/** What comes back after it was paid, or before we know that it was. */
export const returnPaths: Paths = {
  'payout-return-booked': async (engine) => giveBack(engine, await paidOut(engine)),

  'payout-return-found-at-the-second-look': async (engine) => {
    const asked = await paidOut(engine)
    await engine.orderFault('lookup_down', { reference: asked.id })
    return giveBack(engine, asked)
  },

  'payout-return-cancel-not-obeyed': async (engine) => {
    const asked = await paidOut(engine)
    await engine.orderFault('lookup_down', { reference: asked.id, times: 2 })
    const workflowId = await giveBack(engine, asked)
    await handleOf(engine, workflowId).cancel()
    return workflowId
  },

  'payout-return-before-the-original-settled': async (engine) => {
    const asked = await unanswered(engine)
    const returned = await giveBack(engine, asked)
    await reach(engine, asked, 'processed')
    return returned
  },

  'withdrawal-found-when-already-returned': async (engine) => {
    const asked = await unanswered(engine)
    await giveBack(engine, asked)
    return reach(engine, asked, 'processed')
  },

  'payout-return-started-for-nothing': (engine) => startByHand(engine, 'payoutReturn', `return/${id('op')}`),
}

async function paidOut(engine: Engine): Promise<Asked> {
  const asked = await askWithdrawal(engine)
  await accept(engine, asked)
  await reach(engine, asked, 'processed')
  return asked
}

/** Paid, but we wait for an answer that does not come, and look only when we gave up waiting. */
function unanswered(engine: Engine): Promise<Asked> {
  return acceptedWith(engine, { fault: 'timeout_after_commit' })
}
