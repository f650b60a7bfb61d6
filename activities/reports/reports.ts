import { applyImport } from './apply-import.ts'
import { beginImport } from './begin-import.ts'
import { exportPages } from './export-pages.ts'
import { listAssetsToSync, listPlatformsToSync } from './list-to-sync.ts'
import { openRounds } from './open-rounds.ts'
import { reconcileBook } from './reconcile-book.ts'
import { reconcilePlatform } from './reconcile-platform.ts'
import { recordTry } from './reconcile-try.ts'
import { removeExport } from './export-remove.ts'
import { validateImport } from './validate-import.ts'
import type { ReportDeps } from './report-deps.ts'

/** What is read out of the book, on a queue of its own. */
export function createReportActivities(deps: ReportDeps) {
  return {
    exportPages: exportPages(deps),
    removeExport: removeExport(deps),
    beginImport: beginImport(deps),
    validateImport: validateImport(deps),
    applyImport: applyImport(deps),
    openRounds: openRounds(deps),
    reconcileBook: reconcileBook(deps),
    reconcilePlatform: reconcilePlatform(deps),
    recordTry: recordTry(deps),
    listPlatformsToSync: listPlatformsToSync(deps),
    listAssetsToSync: listAssetsToSync(deps),
  }
}
export type ReportActivities = ReturnType<typeof createReportActivities>
