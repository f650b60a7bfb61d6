import { inProject } from '#db/connection.ts'
import { beginIfFree, lockImport, type ImportState } from '#db/reports/imports.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import type { ReportDeps } from './report-deps.ts'

/**
 * Safe to repeat: what has begun is left alone.
 * @returns the state that it is in then, `waiting` while another one of the project runs; null where nobody asked for it
 */
export function beginImport({ db }: Pick<ReportDeps, 'db'>) {
  return async ({ job }: { readonly job: string }): Promise<ImportState | null> => {
    const projectId = await findProjectOf(db, job)
    if (projectId === undefined) return null
    return inProject(db, projectId, async (trx) => {
      const found = await lockImport(trx, job)
      if (!found || found.state === 'awaiting_file') return null
      if (found.state !== 'waiting') return found.state
      return (await beginIfFree(trx, job)) ? 'validating' : 'waiting'
    })
  }
}
