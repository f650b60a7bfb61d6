import type { Row } from '../row.ts'
import { directTopUp, requestAndAccept, transferBetween, withdrawAndPayOut } from './flows.ts'
import { platformDeposit } from './platform.ts'
import { measureMemory } from './measure-memory.ts'
import { measureFlow, p99, perSecond } from './measure-flow.ts'

const CALLERS = 16
const COINS = 1_000

/** The whole way over HTTP, with the API and the worker in processes of their own and the load in a third. */
export const ENGINE_ROWS: readonly Row[] = [
  {
    name: 'in-book transfer over HTTP, 64 callers',
    what: 'POST /transfers between two of 1,000 coins, each with an Idempotency-Key of its own',
    bareLimit: 'an Express route in the API’s process that runs `select 1` on a pool of the same kind',
    bound: { kind: 'at_least', ratio: 0.5 },
    needs: 'postgres',
    run: (stage) => measureFlow(stage, { flow: transferBetween, callers: 64, clients: COINS, ...perSecond }),
  },
  {
    name: 'direct top-up, 16 callers',
    what: 'POST /bank-top-ups/with-bank until its 201 with the verdict',
    bareLimit:
      'a route in the API’s process that starts a workflow by Update-with-Start, which runs one empty local activity, same worker process',
    bound: { kind: 'at_least', ratio: 0.9 },
    needs: 'temporal',
    run: (stage) => measureFlow(stage, { flow: directTopUp, callers: CALLERS, clients: COINS, ...perSecond }),
  },
  {
    name: 'withdrawal with AML, accept and payout, 16 callers',
    what: 'POST /bank-withdrawals/with-bank, the check’s end, POST accept, the workflow’s end after the simulated bank was paid through; both ends by long poll of Temporal',
    bareLimit:
      'routes that start by Update-with-Start and send an accept Update; four empty local activities, a child with one activity, one activity; the activities on a queue of their own, as the product has one for each platform; both ends by the same long polls',
    bound: { kind: 'at_least', ratio: 0.9 },
    needs: 'temporal',
    run: (stage) =>
      measureFlow(stage, { flow: withdrawAndPayOut, callers: CALLERS, clients: COINS, ...perSecond }),
  },
  {
    name: 'platform deposit, 16 callers',
    what: 'POST /assets/{id}/deposit and the workflow’s end after the sandbox platform has confirmed and told the balance; the end by long poll of Temporal',
    bareLimit:
      'a route that starts by Update-with-Start; a local activity, an activity on a queue of its own, a local activity, all empty; the end by the same long poll',
    bound: { kind: 'at_least', ratio: 0.8 },
    needs: 'temporal',
    run: (stage) => measureFlow(stage, { flow: platformDeposit, callers: CALLERS, clients: 1, ...perSecond }),
  },
  {
    name: 'request, then accept, 16 callers',
    what: 'POST /bank-top-ups/create-request/with-bank by the client, then POST accept by the accountant, both until their verdict',
    bareLimit:
      'routes that start by Update-with-Start and send an accept Update; an empty local activity for each',
    bound: { kind: 'at_least', ratio: 0.9 },
    needs: 'temporal',
    run: (stage) =>
      measureFlow(stage, { flow: requestAndAccept, callers: CALLERS, clients: COINS, ...perSecond }),
  },
  {
    name: 'p99 of a direct top-up, 1 caller',
    what: 'POST /bank-top-ups/with-bank until its 201 with the verdict',
    bareLimit: 'the bare workflow’s of the same kind, over its route',
    bound: { kind: 'at_most', ratio: 1.5 },
    needs: 'temporal',
    run: (stage) => measureFlow(stage, { flow: directTopUp, callers: 1, clients: COINS, ...p99 }),
  },
  {
    name: 'memory after 20,000 operations',
    what: 'resident memory of each process after 20,000 direct top-ups by 16 callers and a garbage collection',
    bareLimit: 'its own after 2,000',
    bound: { kind: 'at_most', ratio: 1.2 },
    needs: 'temporal',
    run: measureMemory,
  },
]
