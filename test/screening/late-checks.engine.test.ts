import { EventEmitter, once } from 'node:events'
import { NativeConnection, Worker } from '@temporalio/worker'
import { createBookActivities, createScreeningActivities } from '#activities/index.ts'
import { screeningLoaders } from '#db/screening/screening-data.ts'
import { createScreening } from '#integrations/screening/registry.ts'
import { pino } from 'pino'
import { connect } from '#test/support/connect.ts'
import { activityDeps } from '#test/support/activity-deps.ts'
import type { Engine } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { addScreeningPolicy } from '#test/support/rules.ts'
import { workflowBundle } from '#test/support/temporal.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, decide, requestedTopUp } from '#test/support/wishes.ts'
import { MONEY_QUEUE, SCREENING_QUEUE } from '#workflows/policy.ts'
import { installRuntime } from '#workers/runtime.ts'

/** The worker of this file holds back the answer of the check's last step, which is booked by then. */
describe('a check that has booked its verdict and not yet closed', () => {
  const engine = useEngine({ withoutWorker: true })
  const gate = new EventEmitter()
  opened(
    () => startWorkers(engine, gate),
    ({ stop }) => stop(),
  )

  it('does not take back what was decided meanwhile', async () => {
    await addScreeningPolicy(engine, { kinds: ['top_up'] })
    const client = await engine.addClient()
    const asked = await ask(engine, requestedTopUp(engine, client, '10.00'))
    const { id } = asked.body.process
    await engine.reach(client, id, 'awaiting_decision')
    expect((await decide(engine, asked, { verb: 'accept' })).body.process.phase).toBe('processed')
    gate.emit('open')
    expect(await engine.client.workflow.getHandle(`topup/${id}`).result()).toMatchObject({
      state: 'processed',
    })
  })
})

async function startWorkers(engine: Engine, gate: EventEmitter) {
  installRuntime(pino({ level: 'fatal' }))
  const db = connect(engine.database.url)
  const screening = createScreening({}, screeningLoaders(db))
  const deps = activityDeps(db, { screening })
  const book = createBookActivities(deps)
  const released = once(gate, 'open')
  const recordScreening: typeof book.recordScreening = async (asked) => {
    const standing = await book.recordScreening(asked)
    await released
    return standing
  }
  const connection = await NativeConnection.connect({ address: engine.temporal.address })
  const { namespace } = engine.temporal
  const workers = [
    await Worker.create({
      connection,
      namespace,
      taskQueue: MONEY_QUEUE,
      workflowBundle: workflowBundle(),
      activities: { ...book, recordScreening },
    }),
    await Worker.create({
      connection,
      namespace,
      taskQueue: SCREENING_QUEUE,
      activities: createScreeningActivities(deps),
    }),
  ]
  const runs = workers.map((worker) => worker.run())
  return {
    stop: async () => {
      gate.emit('open')
      for (const worker of workers) worker.shutdown()
      await Promise.all(runs)
      await connection.close()
      await db.destroy()
    },
  }
}
