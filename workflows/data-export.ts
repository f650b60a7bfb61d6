import { proxyActivities, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow'
import type { ReportActivities } from '#activities/reports/reports.ts'
import { reportOfWorkflow } from '#domain/reports/report-workflow.ts'
import { EXPORT_KEPT_FOR, MAKE_REPORT } from './policy.ts'

/**
 * A file of operations: made page by page, kept for some days, then removed. Nothing is compensated, for nothing moves.
 * @returns how many operations it had; null where nobody asked for it
 */
export async function dataExport(): Promise<number | null> {
  const job = reportOfWorkflow('export', workflowInfo().workflowId)
  const { exportPages, removeExport } = proxyActivities<ReportActivities>(MAKE_REPORT)
  const rows = job === undefined ? null : await exportPages({ job })
  if (job === undefined || rows === null) {
    setCurrentDetails('Started for nothing that is known here. Nothing was done.')
    return null
  }
  setCurrentDetails(`The file has ${rows} operations. It is removed ${EXPORT_KEPT_FOR} after it was made.`)
  await sleep(EXPORT_KEPT_FOR)
  await removeExport({ job })
  setCurrentDetails('The file was removed.')
  return rows
}
