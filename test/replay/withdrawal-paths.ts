import { id } from '#test/support/book.ts'
import { handleOf, signal, startAgain, startByHand } from './by-hand.ts'
import type { Paths } from './path.ts'
import { accept, askWithdrawal, decide, fetchTicket, reach, withDecisionsWithin } from './requests.ts'

/** Up to the accept, and those that people bring about. */
export const withdrawalPaths: Paths = {
  'withdrawal-refused': async (engine) =>
    reach(engine, await askWithdrawal(engine, { amount: '100.01' }), 'refused'),

  'withdrawal-declined': async (engine) => {
    const asked = await askWithdrawal(engine)
    await decide(engine, asked, { decision: 'decline' })
    return reach(engine, asked, 'declined')
  },

  'withdrawal-expired': (engine) =>
    withDecisionsWithin(engine, 500, async () => reach(engine, await askWithdrawal(engine), 'declined')),

  'withdrawal-reference-typed-in': async (engine) => {
    const asked = await askWithdrawal(engine, { isManual: true })
    await accept(engine, asked)
    await decide(engine, asked, { decision: 'confirm-payout' })
    return reach(engine, asked, 'processed')
  },

  'withdrawal-refusal-typed-in': async (engine) => {
    const asked = await askWithdrawal(engine, { isManual: true })
    await accept(engine, asked)
    await decide(engine, asked, { decision: 'refuse-payout' })
    return reach(engine, asked, 'failed')
  },

  'withdrawal-declined-by-signal': async (engine) => {
    const asked = await askWithdrawal(engine)
    const ticket = await fetchTicket(engine, asked, 'decline')
    await signal(engine, asked.workflowId, { name: 'decline', ticket })
    return reach(engine, asked, 'declined')
  },

  'withdrawal-signal-without-ticket': async (engine) => {
    const asked = await askWithdrawal(engine)
    await signal(engine, asked.workflowId, { name: 'accept' })
    await decide(engine, asked, { decision: 'decline' })
    return reach(engine, asked, 'declined')
  },

  // One is first, whoever it is, and the other is told that it was too late.
  'withdrawal-two-accept-at-once': async (engine) => {
    const asked = await askWithdrawal(engine, { isManual: true })
    await Promise.all(
      [engine.accountant, engine.secondAccountant].map((by) =>
        decide(engine, asked, { decision: 'accept', by }),
      ),
    )
    await decide(engine, asked, { decision: 'confirm-payout' })
    return reach(engine, asked, 'processed')
  },

  // Nobody is there when they come, so both are in the first task: accept, and then a decline that is too late.
  'withdrawal-decisions-in-one-task': async (engine) => {
    const asked = await askWithdrawal(engine, { isManual: true })
    const tickets = {
      accept: await fetchTicket(engine, asked, 'accept'),
      decline: await fetchTicket(engine, asked, 'decline'),
    }
    await engine.killWorker()
    await signal(engine, asked.workflowId, { name: 'accept', ticket: tickets.accept })
    await signal(engine, asked.workflowId, { name: 'decline', ticket: tickets.decline })
    await engine.startWorker()
    await reach(engine, asked, 'awaiting_reference')
    await decide(engine, asked, { decision: 'confirm-payout' })
    return reach(engine, asked, 'processed')
  },

  'withdrawal-cancel-not-obeyed': async (engine) => {
    const asked = await askWithdrawal(engine)
    await handleOf(engine, asked.workflowId).cancel()
    await decide(engine, asked, { decision: 'decline' })
    return reach(engine, asked, 'declined')
  },

  'withdrawal-started-again-while-waiting': async (engine) => {
    const asked = await askWithdrawal(engine)
    await startAgain(engine, asked.workflowId)
    await accept(engine, asked)
    return reach(engine, asked, 'processed')
  },

  'withdrawal-started-again-after-the-end': async (engine) => {
    const asked = await askWithdrawal(engine)
    await accept(engine, asked)
    await reach(engine, asked, 'processed')
    await handleOf(engine, asked.workflowId).result()
    return startByHand(engine, 'withdrawal', asked.workflowId)
  },

  'withdrawal-started-for-nothing': (engine) => startByHand(engine, 'withdrawal', `withdrawal/${id('op')}`),
}
