import { inProject } from '#db/connection.ts'
import { findProjectOf, listProjectIds } from '#db/identity/project-of.ts'
import { listOpenPlatforms, listSyncedAssets } from '#db/platforms/syncs.ts'
import type { ReportDeps } from './report-deps.ts'

/** One run's history stays small: it starts afresh after so many. */
const ASSETS_MAX = 200

/** Safe to repeat: it only reads. */
export function listPlatformsToSync({ db }: Pick<ReportDeps, 'db'>) {
  return async (): Promise<string[]> => {
    const found: string[] = []
    for (const projectId of await listProjectIds(db))
      found.push(...(await inProject(db, projectId, listOpenPlatforms)))
    return found
  }
}

/** Safe to repeat: it only reads. */
export function listAssetsToSync({ db }: Pick<ReportDeps, 'db'>) {
  return async ({ platform, after }: { platform: string; after: string }): Promise<string[]> => {
    const projectId = await findProjectOf(db, platform)
    if (projectId === undefined) return []
    return inProject(db, projectId, (trx) =>
      listSyncedAssets(trx, { platformId: platform, after, max: ASSETS_MAX }),
    )
  }
}
