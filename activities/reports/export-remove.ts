import { heartbeat } from '@temporalio/activity'
import { inProject } from '#db/connection.ts'
import { removeSomeOfExport } from '#db/reports/exports.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import type { ReportDeps } from './report-deps.ts'

const PAGES_AT_ONCE = 50

/** Safe to repeat: what is gone stays gone. */
export function removeExport({ db }: Pick<ReportDeps, 'db'>) {
  return async ({ job }: { readonly job: string }): Promise<void> => {
    const projectId = await findProjectOf(db, job)
    if (projectId === undefined) return
    const removeSome = () => inProject(db, projectId, (trx) => removeSomeOfExport(trx, job, PAGES_AT_ONCE))
    while (await removeSome()) heartbeat()
  }
}
