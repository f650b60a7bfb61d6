import {
  allHandlersFinished,
  condition,
  defineUpdate,
  executeChild,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { BareActivities } from './activities.ts'
import { BARE_PLATFORM_QUEUE } from './queue.ts'

/** What the product's workflows would be if they had nothing to do: the same messages in the same order, over empty activities. */

export const submitted = defineUpdate<string>('submitted')
export const accepted = defineUpdate<string>('accepted')

const LIMITS = { startToCloseTimeout: '6s', scheduleToCloseTimeout: '8s' } as const

const locally = proxyLocalActivities<BareActivities>(LIMITS)
const regularly = proxyActivities<BareActivities>({
  startToCloseTimeout: '15s',
  taskQueue: BARE_PLATFORM_QUEUE,
})

/** Update-with-Start, one empty local activity. */
export async function bareTopUp(): Promise<void> {
  const register = answerOnce('submitted')
  await locally.nothing()
  register()
  await condition(allHandlersFinished)
}

/** Two empty local activities and an accept Update between them. */
export async function bareRequest(): Promise<void> {
  const [register, accept] = [answerOnce('submitted'), answerAccept(locally.nothing)]
  await locally.nothing()
  register()
  await accept
  await condition(allHandlersFinished)
}

/** Four empty local activities, a child with one activity, an accept Update, one activity. */
export async function bareWithdrawal(): Promise<void> {
  const [register, accept] = [answerOnce('submitted'), answerAccept(locally.nothing)]
  await locally.nothing()
  register()
  await executeChild(bareCheck, { workflowId: `${workflowInfo().workflowId}/check` })
  await locally.nothing()
  await accept
  await regularly.nothing()
  await locally.nothing()
  await condition(allHandlersFinished)
}

/** A local activity, an activity, a local activity. */
export async function bareDeposit(): Promise<void> {
  const register = answerOnce('submitted')
  await locally.nothing()
  register()
  await regularly.nothing()
  await locally.nothing()
  await condition(allHandlersFinished)
}

export async function bareCheck(): Promise<void> {
  await regularly.nothing()
}

/** @returns what lets the sender of the Update go */
function answerOnce(words: string): () => void {
  let isDone = false
  setHandler(submitted, async () => {
    await condition(() => isDone)
    return words
  })
  return () => {
    isDone = true
  }
}

/** Done when the Update has come and its work is done. */
function answerAccept(work: () => Promise<void>): Promise<void> {
  let isDone = false
  setHandler(accepted, async () => {
    await work()
    isDone = true
    return 'accepted'
  })
  return condition(() => isDone)
}
