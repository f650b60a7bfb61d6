import { inProject } from '#db/connection.ts'
import { listProjectIds } from '#db/identity/project-of.ts'
import { addRun } from '#db/reports/reconciliation-runs.ts'
import type { ReportDeps } from './report-deps.ts'

export type OpenedRun = { readonly run: string; readonly projectId: string }

/** Safe to repeat: a round has one run for each project. */
export function openRounds({ db, newId }: Pick<ReportDeps, 'db' | 'newId'>) {
  return async ({ round }: { readonly round: string }): Promise<OpenedRun[]> => {
    const opened: OpenedRun[] = []
    for (const projectId of await listProjectIds(db)) {
      const run = { id: newId('rec'), project_id: projectId, asked_by: null, opened_for: round }
      const { id } = await inProject(db, projectId, (trx) => addRun(trx, run))
      opened.push({ run: id, projectId })
    }
    return opened
  }
}
