import { id } from '#test/support/book.ts'
import { signal, startByHand } from './by-hand.ts'
import type { Paths } from './path.ts'
import { accept, askTopUp, decide, fetchTicket, reach, withDecisionsWithin } from './requests.ts'

export const topUpPaths: Paths = {
  'top-up-direct': async (engine) => reach(engine, await askTopUp(engine, { isDirect: true }), 'processed'),

  'top-up-accepted': async (engine) => {
    const asked = await askTopUp(engine)
    await accept(engine, asked)
    return reach(engine, asked, 'processed')
  },

  'top-up-declined': async (engine) => {
    const asked = await askTopUp(engine)
    await decide(engine, asked, { decision: 'decline' })
    return reach(engine, asked, 'declined')
  },

  'top-up-expired': (engine) =>
    withDecisionsWithin(engine, 500, async () => reach(engine, await askTopUp(engine), 'declined')),

  'top-up-accepted-by-signal': async (engine) => {
    const asked = await askTopUp(engine)
    const ticket = await fetchTicket(engine, asked, 'accept')
    await signal(engine, asked.workflowId, { name: 'accept', ticket })
    return reach(engine, asked, 'processed')
  },

  'top-up-started-for-nothing': (engine) => startByHand(engine, 'topUp', `topup/${id('op')}`),

  'top-up-started-under-a-strange-name': (engine) => startByHand(engine, 'topUp', 'somebody-tries-this'),
}
