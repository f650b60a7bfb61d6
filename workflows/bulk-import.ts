import { proxyActivities, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow'
import type { ReportActivities } from '#activities/reports/reports.ts'
import { reportOfWorkflow } from '#domain/reports/report-workflow.ts'
import { importPauseMs, MAKE_REPORT } from './policy.ts'

/**
 * A file of accounts or assets: it waits until no other of its project runs, has all rows judged, then makes what they ask for.
 * Nothing is compensated: all or nothing is one transaction, and of good rows only each page is one. Where it stands is kept
 * with the import, so one that was terminated and is started again by its id goes on.
 * @returns how it ended; null where nobody asked for it
 */
export async function bulkImport(): Promise<string | null> {
  const job = reportOfWorkflow('import', workflowInfo().workflowId)
  const { beginImport, validateImport, applyImport } = proxyActivities<ReportActivities>(MAKE_REPORT)
  const begun = job === undefined ? null : await begin(() => beginImport({ job }))
  if (job === undefined || begun === null) {
    setCurrentDetails('Started for nothing that is known here. Nothing was done.')
    return null
  }
  setCurrentDetails('All rows are judged before anything is made.')
  const judged = await validateImport({ job })
  if (judged === 'applying') setCurrentDetails('What the rows ask for is made.')
  const ended = judged === 'applying' ? await applyImport({ job }) : judged
  setCurrentDetails(`It ended: ${ended}.`)
  return ended
}

async function begin(tryToBegin: () => Promise<string | null>): Promise<string | null> {
  for (let attempt = 0; ; attempt += 1) {
    const begun = await tryToBegin()
    if (begun !== 'waiting') return begun
    setCurrentDetails('Another import of the project runs; this one waits.')
    await sleep(importPauseMs(attempt))
  }
}
