import { proxyActivities, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow'
import type { BookActivities, PlatformActivities } from '#activities/index.ts'
import type { OperationId } from '#domain/ids.ts'
import type { Verdict } from './messages.ts'
import { runOperation, type Running } from './operation.ts'
import { ASK_PLATFORM, lookUpPauseMs, LOOK_UPS_BEFORE_ATTENTION, platformQueue } from './policy.ts'

/**
 * A payout came back after the bank had confirmed it. What its call said is looked up first; then the amount is issued
 * to the client again, as an operation linked to the original, which stays processed. Nothing is compensated: it is
 * itself a compensation, and waits for the original to settle rather than give up.
 */
export function payoutReturn(): Promise<Verdict> {
  return runOperation('return', untilOriginalSettled, askPlatform)
}

/** Which platform to ask is in our book, not in what the workflow was started with: anybody can start one. */
async function askPlatform(operation: OperationId, book: BookActivities): Promise<void> {
  const platform = await book.findReturnPlatform({ operation })
  if (platform === null) return
  const { openReturn } = proxyActivities<PlatformActivities>({
    ...ASK_PLATFORM,
    taskQueue: platformQueue(platform),
  })
  setCurrentDetails('The bank called about a returned payout. It is being asked whether that is so.')
  let opened = await openReturn({ operation })
  for (let attempt = 0; opened.kind === 'not_returned' && attempt < LOOK_UPS_BEFORE_ATTENTION; attempt += 1) {
    await sleep(lookUpPauseMs(attempt))
    opened = await openReturn({ operation })
  }
}

async function untilOriginalSettled({ id, registered, book, desk }: Running): Promise<void> {
  const { workflowId, runId } = workflowInfo()
  let { refusal } = registered
  for (let attempt = 0; refusal === 'original_not_processed'; attempt += 1) {
    await sleep(lookUpPauseMs(attempt))
    const again = await book.registerOperation({ operation: id, kind: 'return', workflowId, runId })
    refusal = again.refusal
    desk.moveTo(again)
  }
}
