import { randomBytes } from 'node:crypto'
import type { Client } from '@temporalio/client'
import { Worker, type WorkerOptions } from '@temporalio/worker'
import type { Logger } from 'pino'
import { createReportActivities } from '#activities/reports/reports.ts'
import type { Database } from '#db/connection.ts'
import { describeError } from '#domain/describe-error.ts'
import { newId, newUuid } from '#domain/ids.ts'
import type { Platform } from '#domain/platforms/platform.ts'
import { ensureSchedules } from '#temporal/schedules.ts'
import { REPORTS_QUEUE } from '#workflows/policy.ts'

/** Few at a time: they share the connections of those who move money. */
const SLOTS = 3
/** A callback, an answer, a step: within this the two books have agreed, or they do not. */
const SETTLE_MS = 10 * 60_000

type Parts = {
  readonly db: Database
  readonly platforms: ReadonlyMap<string, Platform>
  settleMs?: number | undefined
}

export function createReportsWorker(
  common: Omit<WorkerOptions, 'taskQueue'>,
  { db, platforms, settleMs = SETTLE_MS }: Parts,
): Promise<Worker> {
  return Worker.create({
    ...common,
    taskQueue: REPORTS_QUEUE,
    activities: createReportActivities({
      db,
      platforms,
      settleMs,
      now: () => new Date(),
      newId: (prefix) => newId(prefix, Date.now(), randomBytes(16)),
      newUuid: () => newUuid(randomBytes(16)),
    }),
    maxConcurrentActivityTaskExecutions: SLOTS,
    maxCachedWorkflows: 50,
  })
}

/** Money does not wait for the schedule: without it reports can still be asked for. */
export async function openSchedules(client: Client, logger: Logger): Promise<void> {
  try {
    await ensureSchedules(client)
  } catch (error) {
    logger.warn({ error: describeError(error) }, 'the schedules could not be made')
  }
}
