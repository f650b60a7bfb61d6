import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import {
  bundleWorkflowCode,
  NativeConnection,
  Worker,
  type WorkerOptions,
  type WorkflowBundle,
  type WorkflowBundleOption,
} from '@temporalio/worker'
import { pino } from 'pino'
import type { ActivityDeps } from '#activities/deps.ts'
import {
  createBookActivities,
  createPlatformActivities,
  createScreeningActivities,
  type PlatformActivities,
} from '#activities/index.ts'
import { whileAlive } from '#activities/while-alive.ts'
import { assertRuntimeRole, connect } from '#db/connection.ts'
import { openKeyRing } from '#db/secrets/envelope.ts'
import { findConfiguredPlatform } from '#db/platforms/platforms.ts'
import { screeningLoaders } from '#db/screening/screening-data.ts'
import { newId } from '#domain/ids.ts'
import { createLedger } from '#ledger/ledger.ts'
import { createHolders } from '#integrations/platforms/holders.ts'
import { createOutgoing } from '#integrations/http/send.ts'
import { createPlatforms, HOLDING_LABELS } from '#integrations/platforms/registry.ts'
import { createScreening } from '#integrations/screening/registry.ts'
import { createGateway } from '#temporal/gateway.ts'
import { createReports } from '#temporal/reports.ts'
import { connectionOptions } from '#temporal/settings.ts'
import { MONEY_QUEUE, platformQueue, SCREENING_QUEUE } from '#workflows/policy.ts'
import { startBackground } from './background.ts'
import type { WorkerConfig } from './config.ts'
import { followPlatforms } from './platform-workers.ts'
import { createReportsWorker, openSchedules } from './reports.ts'
import { installRuntime } from './runtime.ts'
import { wordless } from './wordless.ts'

/** Activities run to their end after a stop was asked for, within these limits. */
const GRACE = { shutdownGraceTime: '20s', shutdownForceTime: '30s' } as const
/** Connections for steps and look-ups; more slots than connections would only wait. */
const POOL_MAX = 20
const SLOTS = 16
/** What the worker for money runs with. */
export const MONEY_WORKER = {
  ...GRACE,
  maxConcurrentLocalActivityExecutions: SLOTS,
  maxConcurrentActivityTaskExecutions: SLOTS,
  maxCachedWorkflows: 500,
} as const

export type RunningWorker = { stop(): Promise<void>; readonly failed: Promise<never> }

/**
 * Workflows, the book's steps, one queue per platform, and the sweeper. Dependencies are built here and handed in.
 *
 * @param workflowBundle the workflows where they are bundled already; else this process bundles them
 */
export async function startWorker(
  config: WorkerConfig,
  workflowBundle?: WorkflowBundleOption,
): Promise<RunningWorker> {
  const logger = pino({ level: config.logLevel, name: 'worker' })
  installRuntime(logger)
  const db = connect(config.databaseUrl, POOL_MAX, { logger, limits: config.databaseLimits })
  await assertRuntimeRole(db)
  const platforms = createPlatforms(config.banks)
  const screening = createScreening(config.screening ?? {}, screeningLoaders(db))
  const keyRing = openKeyRing(config)
  const allow = new Set(config.platformAllow)
  if (allow.size > 0) logger.warn({ allow: [...allow] }, 'platforms may be called at loopback addresses')
  const holders = createHolders({
    find: findConfiguredPlatform({ db, keyRing }),
    labels: HOLDING_LABELS,
    outgoing: createOutgoing({ allow }),
  })
  const deps = {
    db,
    ledger: createLedger(db),
    platforms,
    holders,
    screening,
    now: () => new Date(),
    newId: <Prefix extends string>(prefix: Prefix) => newId(prefix, Date.now(), randomBytes(16)),
  }
  const connection = await NativeConnection.connect(connectionOptions(config.temporal))
  const { namespace } = config.temporal
  const common = { connection, namespace, interceptors: { activity: [wordless(logger)] }, ...GRACE }
  const bundled = { ...common, workflowBundle: workflowBundle ?? (await bundleOnce()) }
  const workers = [
    await Worker.create({
      ...bundled,
      ...MONEY_WORKER,
      taskQueue: MONEY_QUEUE,
      activities: createBookActivities(deps),
    }),
    await Worker.create({
      ...common,
      taskQueue: SCREENING_QUEUE,
      activities: createScreeningActivities(deps),
      maxConcurrentActivityTaskExecutions: SLOTS,
    }),
    ...(await Promise.all([...platforms.keys()].map((label) => bankWorker(label, { ...common, deps })))),
  ]
  const reports = { db, platforms, settleMs: config.reconcileSettleMs }
  workers.push(await createReportsWorker(bundled, reports))
  const runs = workers.map((worker) => worker.run())
  const client = new Client({ connection, namespace })
  const gateway = createGateway(client)
  await openSchedules(client, logger)
  const holding = followPlatforms({ db, logger }, { ...common, activities: holderActivities(deps) })
  const background = startBackground(
    { db, gateway, reports: createReports(client), logger, secretBox: keyRing?.box },
    config,
  )

  return {
    failed: Promise.race(runs).then(() => new Promise<never>(() => {})),
    stop: async () => {
      await background.stop()
      await holding.stop()
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
      await Promise.allSettled(runs)
      await connection.close()
      await db.destroy()
    },
  }
}

/** A sync takes as long as a history is long, so it says that it lives. */
function holderActivities(deps: ActivityDeps): PlatformActivities {
  const activities = createPlatformActivities(deps)
  return { ...activities, syncAsset: whileAlive(activities.syncAsset) }
}

function bankWorker(
  label: string,
  { deps, ...common }: Omit<WorkerOptions, 'taskQueue'> & { readonly deps: ActivityDeps },
): Promise<Worker> {
  return Worker.create({
    ...common,
    taskQueue: platformQueue(label),
    activities: createPlatformActivities(deps),
    maxConcurrentActivityTaskExecutions: SLOTS,
  })
}

let made: Promise<WorkflowBundle> | undefined

/** Bundling takes seconds and gives the same every time, so a process does it once. */
export function bundleOnce(): Promise<WorkflowBundle> {
  made ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    workflowInterceptorModules: [fileURLToPath(new URL('../workflows/readable-input.ts', import.meta.url))],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
  })
  return made
}
