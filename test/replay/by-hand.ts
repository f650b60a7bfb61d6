import type proto from '@temporalio/proto'
import type { Engine } from '#test/support/engine.ts'
import { until } from '#test/support/poll.ts'
import { MONEY_QUEUE } from '#workflows/policy.ts'

export type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent

export function handleOf(engine: Engine, workflowId: string) {
  return engine.client.workflow.getHandle(workflowId)
}

/** As from the Temporal UI; without a ticket it is sent bare. */
export async function signal(
  engine: Engine,
  workflowId: string,
  { name, ticket }: { name: string; ticket?: string },
): Promise<void> {
  await handleOf(engine, workflowId).signal(name, ...(ticket === undefined ? [] : [{ ticket }]))
}

/** As from the Temporal UI, where nothing stops anybody from using an id again. @returns that id */
export async function startByHand(engine: Engine, workflowType: string, workflowId: string): Promise<string> {
  await engine.client.workflow.start(workflowType, {
    workflowId,
    taskQueue: MONEY_QUEUE,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  })
  return workflowId
}

/** Ends a withdrawal's workflow in mid-flight, without a word to it, and starts another one. */
export async function startAgain(engine: Engine, workflowId: string): Promise<void> {
  await handleOf(engine, workflowId).terminate('by hand')
  await startByHand(engine, 'withdrawal', workflowId)
}

/** Waits until the history has so many events of a kind. */
export async function untilThere(
  engine: Engine,
  workflowId: string,
  { times, isOne }: { times: number; isOne: (event: HistoryEvent) => boolean },
): Promise<void> {
  await until(`${times} events in ${workflowId}`, async () => {
    const { events } = await handleOf(engine, workflowId).fetchHistory()
    return (events ?? []).filter(isOne).length >= times ? true : undefined
  })
}
