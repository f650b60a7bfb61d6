import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker'
import { connectionOptions, type TemporalSettings } from '#temporal/settings.ts'
import { MONEY_WORKER } from '#workers/main.ts'
import { bareActivities } from './activities.ts'
import { SLOTS } from '#workers/platform-workers.ts'
import { BARE_PLATFORM_QUEUE, BARE_QUEUE } from './queue.ts'

/** Workers with the options of the product's own for money and for a platform, in the same process. */
export async function startBareWorker(temporal: TemporalSettings): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect(connectionOptions(temporal))
  const common = { connection, namespace: temporal.namespace, activities: bareActivities }
  const money = await Worker.create({
    ...MONEY_WORKER,
    ...common,
    taskQueue: BARE_QUEUE,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
      logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
    }),
  })
  const platform = await Worker.create({
    ...common,
    taskQueue: BARE_PLATFORM_QUEUE,
    maxConcurrentActivityTaskExecutions: SLOTS,
  })
  const workers = [money, platform]
  const ended = workers.map((worker) => worker.run())
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown()
      await Promise.all(ended)
      await connection.close()
    },
  }
}
