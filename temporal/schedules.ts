import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client'
import { REPORTS_QUEUE } from '#workflows/policy.ts'
import type * as workflows from '#workflows/index.ts'

export const RECONCILIATION_SCHEDULE = 'reconciliation'
export const SYNC_SCHEDULE = 'platform-sync'

/** Before people come to work; the same hour all year round. */
const HOUR_UTC = 3
const SYNC_EVERY = '5 minutes'

/** Made once; from then on they belong to the operators, who may pause or move them. */
export async function ensureSchedules(client: Client): Promise<void> {
  await ensure(client, {
    scheduleId: RECONCILIATION_SCHEDULE,
    spec: { calendars: [{ hour: HOUR_UTC, minute: 0, second: 0 }], timezone: 'UTC' },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
    action: start('dailyReconciliation', 'reconciliation-daily'),
  })
  await ensure(client, {
    scheduleId: SYNC_SCHEDULE,
    spec: { intervals: [{ every: SYNC_EVERY }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: SYNC_EVERY },
    action: start('syncRounds', 'sync-rounds'),
  })
}

function start(
  workflowType: Extract<keyof typeof workflows, 'dailyReconciliation' | 'syncRounds'>,
  workflowId: string,
): ScheduleOptions['action'] {
  return { type: 'startWorkflow', workflowType, workflowId, taskQueue: REPORTS_QUEUE, args: [] }
}

async function ensure(client: Client, schedule: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(schedule)
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
  }
}
