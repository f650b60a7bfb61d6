import { inProject } from '#db/connection.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import { recordTry as record, type RunState } from '#db/reports/reconciliation-runs.ts'
import type { ReportDeps } from './report-deps.ts'

/** Safe to repeat: it counts once more than there were tries, and says the same. */
export function recordTry({ db }: Pick<ReportDeps, 'db'>) {
  return async ({ run }: { readonly run: string }): Promise<RunState | null> => {
    const projectId = await findProjectOf(db, run)
    if (projectId === undefined) return null
    const now = await inProject(db, projectId, (trx) => record(trx, run))
    return now?.state ?? null
  }
}
