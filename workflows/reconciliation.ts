import {
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow'
import { defineSearchAttributeKey } from '@temporalio/common'
import type { ReportActivities } from '#activities/reports/reports.ts'
import { reportOfWorkflow, reportWorkflowId } from '#domain/reports/report-workflow.ts'
import { BOOK_TRIES, MAKE_REPORT, bookPauseMs } from './policy.ts'

const PROJECT = defineSearchAttributeKey('SluiceProject', 'KEYWORD')

/**
 * One run: the book with itself, then with each platform's. A platform that is away is asked again, with pauses, until
 * about the time of the next run; meanwhile, and if it never answers, the run says that it is incomplete. Nothing is
 * compensated, for nothing moves.
 * @returns the state of the run; null where nobody asked for it
 */
export async function reconciliation(): Promise<string | null> {
  const run = reportOfWorkflow('reconciliation', workflowInfo().workflowId)
  const { reconcileBook, reconcilePlatform, recordTry } = proxyActivities<ReportActivities>(MAKE_REPORT)
  const asked = run === undefined ? null : await reconcileBook({ run })
  if (run === undefined || asked === null) {
    setCurrentDetails('Started for nothing that is known here. Nothing was done.')
    return null
  }
  let left = asked.platforms
  for (let attempt = 0; ; attempt += 1) {
    const answers = await Promise.all(left.map((platform) => reconcilePlatform({ run, platform })))
    left = left.filter((_, index) => answers[index] === 'away')
    const state = await recordTry({ run })
    setCurrentDetails(left.length === 0 ? 'All was compared.' : `No answer yet from: ${left.join(', ')}.`)
    if (left.length === 0 || attempt + 1 >= BOOK_TRIES) return state
    await sleep(bookPauseMs(attempt))
  }
}

/** Every day, of the schedule's making: one run for each project, each a workflow of its own. */
export async function dailyReconciliation(): Promise<number> {
  const { openRounds } = proxyActivities<ReportActivities>(MAKE_REPORT)
  const opened = await openRounds({ round: workflowInfo().workflowId })
  for (const { run, projectId } of opened)
    await startChild(reconciliation, {
      workflowId: reportWorkflowId('reconciliation', run),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: [{ key: PROJECT, value: projectId }],
      args: [],
    })
  return opened.length
}
