import type { Knex } from 'knex'
import type { AuditEntry } from '#db/audit.ts'
import type { ImportRow } from '#db/reports/imports.ts'
import type { Fields, RowFault } from '#domain/reports/import-row.ts'
import type { ReportDeps } from './report-deps.ts'

/** A row whose fields are well each for itself. */
export type ReadRow = { readonly line: number; readonly fields: Fields }

/** What may be there once only, and what a later row breaks that would make another. */
export type Claim = { readonly key: string; readonly fingerprint: string; readonly fault: RowFault }

/** A row by the rules: broken, there already as it is, or to be made. */
export type Verdict<Wish> =
  | { readonly line: number; readonly faults: readonly RowFault[] }
  | { readonly line: number; readonly same: true }
  | { readonly line: number; readonly wish: Wish; readonly claims: readonly Claim[] }

/** How one kind of row is judged and made, many at a time. */
export type Importer<Wish> = {
  /** Locks what the rows rely on until the transaction ends, in the order in which single calls do. */
  hold(trx: Knex, rows: readonly ReadRow[]): Promise<void>
  /** By the rules of the single call. One verdict for each row, in their order. */
  judge(trx: Knex, rows: readonly ReadRow[]): Promise<Verdict<Wish>[]>
  /** @returns what the audit trail says of what was made; of less where somebody was quicker */
  make(trx: Knex, job: ImportRow, wishes: readonly Wish[]): Promise<AuditEntry[]>
}

/** @param facts by the id of what was made */
export function entriesOf(
  job: ImportRow,
  about: { readonly action: string; readonly subjectType: string },
  facts: readonly (readonly [string, object])[],
): AuditEntry[] {
  return facts.map(([subjectId, after]) => ({
    actor: job.asked_by,
    source: 'workflow',
    ...about,
    subjectId,
    after,
  }))
}

export type ImportDeps = Pick<ReportDeps, 'db' | 'newId' | 'newUuid'>

/** What rows have in a field, each once. */
export function named(rows: readonly ReadRow[], field: string): string[] {
  return [...new Set(rows.flatMap(({ fields }) => fields[field] ?? []))]
}
