import { Worker, type WorkerOptions } from '@temporalio/worker'
import type { Logger } from 'pino'
import { inProject, type Database } from '#db/connection.ts'
import { listProjectIds } from '#db/identity/project-of.ts'
import { listOpenPlatforms } from '#db/platforms/syncs.ts'
import { describeError } from '#domain/describe-error.ts'
import { platformQueue } from '#workflows/policy.ts'
import { startRounds } from './rounds.ts'

/** Calls to one platform at a time, so that a dead one keeps few connections and few of its callers waiting. */
export const SLOTS = 8
/** A platform that was just configured waits no longer than this for somebody to work for it. */
const FOLLOW_EVERY_MS = 1_000

type Parts = { readonly db: Database; readonly logger: Logger }
type Polled = { readonly worker: Worker; readonly run: Promise<void> }

/** One queue, and one worker on it, for each platform that a project has configured: they come and go while we run. */
export function followPlatforms(
  { db, logger }: Parts,
  options: Omit<WorkerOptions, 'taskQueue'>,
): { stop(): Promise<void> } {
  const polled = new Map<string, Polled>()
  let isStopping = false

  /** Polls for those that were added since, and no longer for those that were removed. */
  async function follow(): Promise<void> {
    const wanted = new Set<string>()
    for (const projectId of await listProjectIds(db))
      for (const id of await inProject(db, projectId, listOpenPlatforms)) wanted.add(id)
    for (const id of wanted) if (!polled.has(id) && !isStopping) await start(id)
    for (const [id, { worker }] of polled) if (!wanted.has(id)) shutDown(worker)
  }

  async function start(id: string): Promise<void> {
    const worker = await Worker.create({
      ...options,
      taskQueue: platformQueue(id),
      maxConcurrentActivityTaskExecutions: SLOTS,
    })
    const run = worker
      .run()
      .catch((error: unknown) =>
        logger.error({ platform: id, error: describeError(error) }, 'a platform’s worker ended'),
      )
      .finally(() => polled.delete(id))
    polled.set(id, { worker, run })
  }

  const rounds = startRounds(follow, { name: 'following platforms', everyMs: FOLLOW_EVERY_MS, logger })
  return {
    stop: async () => {
      isStopping = true
      await rounds.stop()
      const all = [...polled.values()]
      for (const { worker } of all) shutDown(worker)
      await Promise.all(all.map(({ run }) => run))
    },
  }
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown()
}
