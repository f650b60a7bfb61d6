import type { Engine } from '#test/support/engine.ts'
import { signal, untilThere, type HistoryEvent } from './by-hand.ts'
import type { Paths } from './path.ts'
import { askTopUp, askWithdrawal, fetchTicket, reach } from './requests.ts'

/** Postgres takes its time. */
export const bookPaths: Paths = {
  // For longer than a step inside the workflow task may take: it is done outside.
  'withdrawal-book-away-for-long': async (engine) => {
    const asked = await askWithdrawal(engine)
    const ticket = await fetchTicket(engine, asked, 'decline')
    await withBookAway(engine, async () => {
      await signal(engine, asked.workflowId, { name: 'decline', ticket })
      await untilThere(engine, asked.workflowId, { times: 1, isOne: isActivity })
    })
    return reach(engine, asked, 'declined')
  },

  // A message comes in while the last step runs, so Temporal lets the task begin anew and the step is done again.
  'top-up-signal-while-closing': async (engine) => {
    const asked = await askTopUp(engine)
    const ticket = await fetchTicket(engine, asked, 'accept')
    await withBookAway(engine, async () => {
      await signal(engine, asked.workflowId, { name: 'accept', ticket })
      await untilThere(engine, asked.workflowId, { times: 2, isOne: isTaskStart })
      await signal(engine, asked.workflowId, { name: 'decline' })
    })
    return reach(engine, asked, 'processed')
  },
}

async function withBookAway({ book }: Engine, work: () => Promise<void>): Promise<void> {
  await book.owner.transaction(async (trx) => {
    await trx.raw('lock table operations in access exclusive mode')
    await work()
  })
}

function isActivity({ activityTaskScheduledEventAttributes: activity }: HistoryEvent): boolean {
  return Boolean(activity)
}

function isTaskStart({ workflowTaskStartedEventAttributes: start }: HistoryEvent): boolean {
  return Boolean(start)
}
