import {
  ActivityFailure,
  CancellationScope,
  allHandlersFinished,
  condition,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow'
import type { ScreeningActivities } from '#activities/index.ts'
import { NO_STANDING, type Standing } from '#domain/operations/operation.ts'
import type { ScreeningVerdict } from '#domain/operations/screening-verdict.ts'
import { checkOfWorkflow } from '#domain/operations/workflow-id.ts'
import { openBook } from './book.ts'
import { placeDecisionDesk } from './decision-desk.ts'
import { ASK_SCREENING, SCREENING_QUEUE } from './policy.ts'

type Check = NonNullable<ReturnType<typeof checkOfWorkflow>>

/**
 * One check of one operation, both named by the workflow's id. The provider's verdict goes into the book; what is not
 * clear waits here for compliance, for days if need be. No usable answer becomes a review, never clear.
 */
export function amlCheck(): Promise<Standing> {
  const check = checkOfWorkflow(workflowInfo().workflowId)
  const book = openBook()
  const desk = placeDecisionDesk({ operation: check?.operation, kind: undefined, book })

  return CancellationScope.nonCancellable(async () => {
    const begun = check ? await book.beginScreening(check) : { state: null, patienceMs: 0 }
    if (check && begun.state === 'screening') {
      setCurrentDetails('The provider is being asked.')
      const verdict = await askProvider(check, begun.patienceMs)
      desk.open(await book.recordScreening({ ...check, verdict }))
    } else {
      desk.open({ state: begun.state, decideInMs: null })
    }
    if (desk.state() === 'review')
      setCurrentDetails('The check could not tell. Waits for compliance to clear or reject.')
    await condition(() => desk.state() !== 'review')
    await condition(() => desk.isIdle() && allHandlersFinished())
    setCurrentDetails('The check has ended.')
    return begun.state === null ? NO_STANDING : { state: desk.state(), decideInMs: desk.decideInMs() }
  })
}

async function askProvider(check: Check, patienceMs: number): Promise<ScreeningVerdict> {
  const { screenOperation } = proxyActivities<ScreeningActivities>({
    ...ASK_SCREENING,
    scheduleToCloseTimeout: patienceMs,
    taskQueue: SCREENING_QUEUE,
  })
  try {
    return (await screenOperation(check)).verdict
  } catch (error) {
    if (error instanceof ActivityFailure) return 'review'
    throw error
  }
}
