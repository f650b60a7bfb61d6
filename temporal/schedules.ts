import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client'
import { REPORTS_QUEUE } from '#workflows/policy.ts'
import type { dailyReconciliation } from '#workflows/index.ts'

export const RECONCILIATION_SCHEDULE = 'reconciliation'

/** Before people come to work; the same hour all year round. */
const HOUR_UTC = 3

/** Made once; from then on it belongs to the operators, who may pause or move it. */
export async function ensureReconciliationSchedule(client: Client): Promise<void> {
  try {
    await client.schedule.create<typeof dailyReconciliation>({
      scheduleId: RECONCILIATION_SCHEDULE,
      spec: { calendars: [{ hour: HOUR_UTC, minute: 0, second: 0 }], timezone: 'UTC' },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
      action: {
        type: 'startWorkflow',
        workflowType: 'dailyReconciliation',
        workflowId: 'reconciliation-daily',
        taskQueue: REPORTS_QUEUE,
        args: [],
      },
    })
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
  }
}
