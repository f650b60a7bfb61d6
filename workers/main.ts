import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker'
import { pino } from 'pino'
import { createBookActivities, createPlatformActivities } from '#activities/index.ts'
import { assertRuntimeRole, connect } from '#db/connection.ts'
import { createLedger } from '#ledger/ledger.ts'
import { createPlatforms } from '#platforms/registry.ts'
import { createGateway } from '#temporal/gateway.ts'
import { connectionOptions } from '#temporal/settings.ts'
import { MONEY_QUEUE, platformQueue } from '#workflows/policy.ts'
import type { WorkerConfig } from './config.ts'
import { installRuntime } from './runtime.ts'
import { startSweeper } from './sweeper.ts'

/** Activities run to their end after a stop was asked for, within these limits. */
const GRACE = { shutdownGraceTime: '20s', shutdownForceTime: '30s' } as const
/** Connections for steps and look-ups; more slots than connections would only wait. */
const POOL_MAX = 20
const SLOTS = 16
const SWEEP_EVERY_MS = 2_000
const SWEEP_AFTER_MS = 4_000
/** A workflow may take a while to close after the last step; only what stands still for longer is looked at. */
const SWEEP_UNCHANGED_MS = 60_000

export type RunningWorker = { stop(): Promise<void>; readonly failed: Promise<never> }

/** Workflows, the book's steps, one queue per platform, and the sweeper. Dependencies are built here and handed in. */
export async function startWorker(config: WorkerConfig): Promise<RunningWorker> {
  const logger = pino({ level: config.logLevel, name: 'worker' })
  installRuntime(logger)
  const db = connect(config.databaseUrl, POOL_MAX)
  await assertRuntimeRole(db)
  const platforms = createPlatforms(config.banks)
  const deps = { db, ledger: createLedger(db), platforms }
  const connection = await NativeConnection.connect(connectionOptions(config.temporal))
  const { namespace } = config.temporal
  const common = { connection, namespace, ...GRACE }
  const workers = [
    await Worker.create({
      ...common,
      taskQueue: MONEY_QUEUE,
      workflowBundle: await bundleOnce(),
      activities: createBookActivities(deps),
      maxConcurrentLocalActivityExecutions: SLOTS,
      maxConcurrentActivityTaskExecutions: SLOTS,
      maxCachedWorkflows: 500,
    }),
    ...(await Promise.all(
      [...platforms.keys()].map((label) =>
        Worker.create({
          ...common,
          taskQueue: platformQueue(label),
          activities: createPlatformActivities(deps),
          maxConcurrentActivityTaskExecutions: SLOTS,
        }),
      ),
    )),
  ]
  const runs = workers.map((worker) => worker.run())
  const gateway = createGateway(new Client({ connection, namespace }))
  const sweeper = startSweeper(
    {
      db,
      gateway,
      logger,
      afterMs: config.sweepAfterMs ?? SWEEP_AFTER_MS,
      unchangedMs: config.sweepUnchangedMs ?? SWEEP_UNCHANGED_MS,
    },
    config.sweepEveryMs ?? SWEEP_EVERY_MS,
  )

  return {
    failed: Promise.race(runs).then(() => new Promise<never>(() => {})),
    stop: async () => {
      await sweeper.stop()
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
      await Promise.allSettled(runs)
      await connection.close()
      await db.destroy()
    },
  }
}

let bundle: Promise<WorkflowBundle> | undefined

/** Bundling takes seconds and gives the same every time, so a process does it once. */
export function bundleOnce(): Promise<WorkflowBundle> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    workflowInterceptorModules: [fileURLToPath(new URL('../workflows/readable-input.ts', import.meta.url))],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
  })
  return bundle
}
