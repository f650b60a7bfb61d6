import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker'
import { connectionOptions, type TemporalSettings } from '#temporal/settings.ts'
import { MONEY_WORKER } from '#workers/main.ts'
import { bareActivities } from './activities.ts'
import { BARE_QUEUE } from './queue.ts'

/** A worker with the options of the product's own for money, in the same process. */
export async function startBareWorker(temporal: TemporalSettings): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect(connectionOptions(temporal))
  const worker = await Worker.create({
    ...MONEY_WORKER,
    connection,
    namespace: temporal.namespace,
    taskQueue: BARE_QUEUE,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
      logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
    }),
    activities: bareActivities,
  })
  const ended = worker.run()
  return {
    stop: async () => {
      worker.shutdown()
      await ended
      await connection.close()
    },
  }
}
