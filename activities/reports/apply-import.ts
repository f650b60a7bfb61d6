import { heartbeat } from '@temporalio/activity'
import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { inProject, type Database } from '#db/connection.ts'
import { auditMade, keepFaults, keepMade, readImportPage } from '#db/reports/import-pages.ts'
import { changeImport, lockImport, type ImportRow, type ImportState } from '#db/reports/imports.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import { readFields } from '#domain/reports/import-row.ts'
import { endImport, FAULTS_KEPT_MAX } from './end-import.ts'
import { importerOf, type Made, type PageImporter } from './importers.ts'
import type { ImportDeps } from './import-rows.ts'
import { linesOf } from './validate-import.ts'

/**
 * Makes what the rows ask for. Safe to repeat: of good rows only, each page commits with the cursor behind it and is made once;
 * all or nothing is one transaction.
 * @returns how it ended
 */
export function applyImport(deps: ImportDeps) {
  return async ({ job: id }: { readonly job: string }): Promise<ImportState> => {
    const projectId = await findProjectOf(deps.db, id)
    if (projectId === undefined) throw new Error(`import ${id} is gone`)
    for (;;) {
      const now = await inProject(deps.db, projectId, async (trx) => {
        const job = await lockImport(trx, id)
        if (job?.state !== 'applying') return job
        const importer = importerOf(job.kind, deps)
        return job.mode === 'good_rows_only' ? applyNext(trx, job, importer) : applyAll(trx, job, importer)
      }).catch((error: unknown) => refuseIfBroken(deps.db, { id, projectId }, error))
      if (!now) throw new Error(`import ${id} is gone`)
      if (now.state !== 'applying') return now.state
      heartbeat(now.apply_page)
    }
  }
}

async function applyNext(trx: Knex, job: ImportRow, importer: PageImporter): Promise<ImportRow> {
  const made = await makePage(trx, job, importer)
  const changed = await count(trx, job, made)
  if (changed.apply_page === changed.page_count)
    return endImport(trx, changed, { state: 'complete', made: made.made })
  await appendAudit(trx, job.project_id, made.made)
  return changed
}

/** Between validation and now, somebody changed what a row relies on: then nothing is made. */
class NoLongerGood extends Error {
  readonly made: Made
  constructor(made: Made) {
    super('a row is no longer good')
    this.made = made
  }
}

/**
 * The whole file in one transaction, so nobody ever sees a part of it. The audit trail comes last, page by page, for its head is
 * what every step of the project's money waits for.
 */
async function applyAll(trx: Knex, job: ImportRow, importer: PageImporter): Promise<ImportRow> {
  let now = job
  while (now.apply_page < now.page_count) {
    const made = await makePage(trx, now, importer)
    if (made.bad.length > 0) throw new NoLongerGood(made)
    await keepMade(trx, now, made.made)
    now = await count(trx, now, made)
    heartbeat(now.apply_page)
  }
  for (let page = 0; page < now.page_count; page += 1) {
    await auditMade(trx, job, page)
    heartbeat(page)
  }
  return endImport(trx, now, { state: 'complete' })
}

/** What of the page is good and new, by the rules as they are now. */
async function makePage(trx: Knex, job: ImportRow, importer: PageImporter): Promise<Made> {
  const { records, bad, same } = await readImportPage(trx, job, job.apply_page)
  const done = new Set([...bad, ...same])
  const rows = records.flatMap((record) =>
    done.has(record.line) || !('cells' in record)
      ? []
      : [{ line: record.line, fields: readFields(job.kind, record.cells).fields }],
  )
  const made = await importer.judgeAndMake(trx, job, rows)
  return { ...made, same: made.same + same.length }
}

async function count(trx: Knex, job: ImportRow, { made, same, bad }: Made): Promise<ImportRow> {
  const faults = linesOf(bad.map(({ line, faults: own }) => [line, own] as const))
  const kept = await keepFaults(trx, job, { faults, max: FAULTS_KEPT_MAX })
  return changeImport(trx, job.id, {
    apply_page: job.apply_page + 1,
    applied: Number(job.applied) + made.length,
    unchanged: Number(job.unchanged) + same,
    bad: Number(job.bad) + bad.length,
    faults_kept: job.faults_kept + kept,
  })
}

/** All that was made is undone by then; what stands in the way is told. */
async function refuseIfBroken(
  db: Database,
  { id, projectId }: { id: string; projectId: string },
  error: unknown,
): Promise<ImportRow | undefined> {
  if (!(error instanceof NoLongerGood)) throw error
  const { bad } = error.made
  return inProject(db, projectId, async (trx) => {
    const job = await lockImport(trx, id)
    if (job?.state !== 'applying') return job
    const faults = linesOf(bad.map(({ line, faults: own }) => [line, own] as const))
    const kept = await keepFaults(trx, job, { faults, max: FAULTS_KEPT_MAX })
    const counted = await changeImport(trx, id, { bad: bad.length, faults_kept: job.faults_kept + kept })
    return endImport(trx, counted, { state: 'refused' })
  })
}
