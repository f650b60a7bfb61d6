import type { Engine } from '#test/support/engine.ts'
import { signal, startAgain, untilThere, type HistoryEvent } from './by-hand.ts'
import type { Path, Paths } from './path.ts'
import { accept, askWithdrawal, reach, type Asked } from './requests.ts'

/** Long enough that nothing happens by itself; the bank is hurried instead. */
const NEVER_MS = 3_600_000
/** Look-ups before a person is told, and one more. */
const LOOK_UPS = 13

/** After the accept: what the bank makes of it, and what we make of that. */
export const payoutPaths: Paths = {
  'withdrawal-paid-at-once': (engine) => paid(engine, 'processed'),

  'withdrawal-payout-refused': withFault('refuse', 'failed'),

  'withdrawal-unknown-then-found': withFault('timeout_after_commit', 'processed'),

  'withdrawal-unknown-then-absent-then-sent-again': withFault('timeout_before_commit', 'processed'),

  'withdrawal-pending-then-confirmed': pendingThen('answer_late', 'processed'),

  'withdrawal-pending-then-refused': pendingThen('refuse_late', 'failed'),

  'withdrawal-started-again-while-paying-out': async (engine) => {
    const asked = await acceptedWith(engine, { fault: 'answer_late', delayMs: NEVER_MS })
    await untilThere(engine, asked.workflowId, { times: 2, isOne: isTimer })
    await startAgain(engine, asked.workflowId)
    await untilThere(engine, asked.workflowId, { times: 2, isOne: isTimer })
    await engine.hurryBank(asked.id)
    return reach(engine, asked, 'processed')
  },

  // A call of the bank makes us look at once, so nobody has to wait for the quarter of an hour; the first timer is the accountant's.
  'withdrawal-put-before-a-person': async (engine) => {
    const asked = await acceptedWith(engine, { fault: 'answer_late', delayMs: NEVER_MS })
    for (let count = 1; count < LOOK_UPS; count += 1) {
      await untilThere(engine, asked.workflowId, { times: count + 1, isOne: isTimer })
      await signal(engine, asked.workflowId, { name: 'platformCalled' })
    }
    await untilThere(engine, asked.workflowId, { times: LOOK_UPS + 1, isOne: isTimer })
    await engine.hurryBank(asked.id)
    return reach(engine, asked, 'processed')
  },
}

type Fault = { readonly fault: string; readonly delayMs?: number }

export async function acceptedWith(engine: Engine, { fault, ...more }: Fault): Promise<Asked> {
  const asked = await askWithdrawal(engine)
  await engine.orderFault(fault, { reference: asked.id, ...more })
  await accept(engine, asked)
  return asked
}

async function paid(engine: Engine, phase: string): Promise<string> {
  const asked = await askWithdrawal(engine)
  await accept(engine, asked)
  return reach(engine, asked, phase)
}

function withFault(fault: string, phase: string): Path {
  return async (engine) => reach(engine, await acceptedWith(engine, { fault }), phase)
}

function pendingThen(fault: string, phase: string): Path {
  return async (engine) => {
    const asked = await acceptedWith(engine, { fault, delayMs: NEVER_MS })
    await untilThere(engine, asked.workflowId, { times: 3, isOne: isTimer })
    await engine.hurryBank(asked.id)
    return reach(engine, asked, phase)
  }
}

function isTimer({ timerStartedEventAttributes: timer }: HistoryEvent): boolean {
  return Boolean(timer)
}
