import type { Connection } from '@temporalio/client'
import proto from '@temporalio/proto'
import { MONEY_QUEUE } from '#workflows/policy.ts'

const WORKFLOW_QUEUE = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
/** A poller that was not seen for longer than this is gone: a poll is answered after a minute at the latest. */
const POLL_SEEN_MS = 90_000

export async function isServing(connection: Connection): Promise<boolean> {
  await connection.workflowService.getSystemInfo({})
  return true
}

/** True where some worker polls for workflows. */
export async function hasPollers(connection: Connection, namespace: string): Promise<boolean> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: MONEY_QUEUE },
    taskQueueType: WORKFLOW_QUEUE,
  })
  return pollers.some(
    ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < POLL_SEEN_MS,
  )
}
