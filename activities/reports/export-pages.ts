import { heartbeat } from '@temporalio/activity'
import { inProject } from '#db/connection.ts'
import { writeExportPage, type ExportLimits } from '#db/reports/exports.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import type { ReportDeps } from './report-deps.ts'

const LIMITS: ExportLimits = { pageSize: 500, rowsMax: 1_000_000 }

/**
 * Safe to repeat: each page commits with the cursor behind it, so a second try goes on after the last one.
 * @returns how many operations the file has; null where nobody asked for such an export
 */
export function exportPages({ db }: Pick<ReportDeps, 'db'>, limits = LIMITS) {
  return async ({ job }: { readonly job: string }): Promise<number | null> => {
    const projectId = await findProjectOf(db, job)
    if (projectId === undefined) return null
    for (;;) {
      const now = await inProject(db, projectId, (trx) => writeExportPage(trx, job, limits))
      if (!now) return null
      if (now.state === 'complete') return Number(now.row_count)
      heartbeat(now.page_count)
    }
  }
}
