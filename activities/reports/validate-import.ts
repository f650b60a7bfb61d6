import { heartbeat } from '@temporalio/activity'
import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import {
  changeImportPage,
  keepFaults,
  readImportPage,
  takeKeys,
  type LineFault,
  type RowKey,
} from '#db/reports/import-pages.ts'
import {
  changeImport,
  commitSoon,
  lockImport,
  type ImportRow,
  type ImportState,
} from '#db/reports/imports.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import { readFields, type ImportRecord, type RowFault } from '#domain/reports/import-row.ts'
import { endImport, FAULTS_KEPT_MAX } from './end-import.ts'
import { importerOf, type PageImporter } from './importers.ts'
import type { Claim, ImportDeps, ReadRow } from './import-rows.ts'

/**
 * Judges all rows, and makes nothing. Safe to repeat: each page commits with the cursor behind it.
 * @returns the state then: `applying` where something is to be made
 */
export function validateImport(deps: ImportDeps) {
  return async ({ job }: { readonly job: string }): Promise<ImportState> => {
    const projectId = await findProjectOf(deps.db, job)
    for (;;) {
      const now =
        projectId === undefined
          ? undefined
          : await inProject(deps.db, projectId, (trx) => validatePage(trx, job, deps))
      if (!now) throw new Error(`import ${job} is gone`)
      if (now.state !== 'validating') return now.state
      heartbeat(now.validate_page)
    }
  }
}

async function validatePage(trx: Knex, id: string, deps: ImportDeps): Promise<ImportRow | undefined> {
  const job = await lockImport(trx, id)
  if (job?.state !== 'validating') return job
  if (job.validate_page + 1 < job.page_count) await commitSoon(trx)
  const page = job.validate_page
  const { records } = await readImportPage(trx, job, page)
  const judged = await judgeRecords(trx, job, { records, importer: importerOf(job.kind, deps) })
  await changeImportPage(trx, job, { page, bad: [...judged.bad.keys()], same: judged.same })
  const kept = await keepFaults(trx, job, { faults: linesOf(judged.bad), max: FAULTS_KEPT_MAX })
  const changed = await changeImport(trx, id, {
    validate_page: page + 1,
    validated: Number(job.validated) + records.length,
    bad: Number(job.bad) + judged.bad.size,
    faults_kept: job.faults_kept + kept,
  })
  if (changed.validate_page < changed.page_count) return changed
  const isRefused = changed.mode === 'all_or_nothing' && Number(changed.bad) > 0
  return isRefused
    ? endImport(trx, changed, { state: 'refused' })
    : changeImport(trx, id, { state: 'applying' })
}

type Judged = { readonly bad: Map<number, readonly RowFault[]>; readonly same: number[] }

async function judgeRecords(
  trx: Knex,
  job: ImportRow,
  { records, importer }: { records: readonly ImportRecord[]; importer: PageImporter },
): Promise<Judged> {
  const bad = new Map<number, readonly RowFault[]>()
  const rows: ReadRow[] = []
  for (const record of records) {
    const read = 'cells' in record ? readFields(job.kind, record.cells) : record
    if (read.faults.length > 0) bad.set(record.line, read.faults)
    else if ('fields' in read) rows.push({ line: record.line, fields: read.fields })
  }
  const same: number[] = []
  const claims: { line: number; claims: readonly Claim[] }[] = []
  for (const verdict of await importer.judge(trx, rows)) {
    if ('faults' in verdict) bad.set(verdict.line, verdict.faults)
    else if ('same' in verdict) same.push(verdict.line)
    else claims.push(verdict)
  }
  await settleClaims(trx, job, { claims, bad, same })
  return { bad, same }
}

/** Of rows that would make the same, the first makes it: a later one is the same, or is wrong. */
async function settleClaims(
  trx: Knex,
  job: ImportRow,
  { claims, bad, same }: Judged & { claims: readonly { line: number; claims: readonly Claim[] }[] },
): Promise<void> {
  const first = new Map<string, RowKey>()
  for (const { line, claims: own } of claims)
    for (const { key, fingerprint } of own) if (!first.has(key)) first.set(key, { key, fingerprint, line })
  const before = await takeKeys(trx, job, [...first.values()])
  for (const { line, claims: own } of claims) {
    const others = own.map(({ key }) => before.get(key) ?? first.get(key))
    const wrong = own.find((claim, at) => others[at]?.fingerprint !== claim.fingerprint)
    if (wrong) bad.set(line, [wrong.fault])
    else if (others.some((other) => other !== undefined && other.line !== line)) same.push(line)
  }
}

export function linesOf(bad: Iterable<readonly [number, readonly RowFault[]]>): LineFault[] {
  return [...bad].flatMap(([line, faults]) => faults.map((fault) => ({ line, ...fault })))
}
