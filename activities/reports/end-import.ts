import type { Knex } from 'knex'
import { appendAudit, type AuditEntry } from '#db/audit.ts'
import { changeImport, type ImportRow } from '#db/reports/imports.ts'

/** Of more, people read none; all are counted. */
export const FAULTS_KEPT_MAX = 10_000

type Ending = {
  readonly state: 'complete' | 'refused'
  /** What the audit trail says before the end itself. */
  readonly made?: readonly AuditEntry[]
}

/** Comes last in its transaction. */
export async function endImport(trx: Knex, job: ImportRow, { state, made = [] }: Ending): Promise<ImportRow> {
  const ended = await changeImport(trx, job.id, { state, ended_at: trx.fn.now() })
  const { row_count: rows, bad, applied, unchanged } = ended
  await appendAudit(trx, job.project_id, [
    ...made,
    {
      actor: job.asked_by,
      source: 'workflow',
      action: `import.${state === 'complete' ? 'complete' : 'refuse'}`,
      subjectType: 'import',
      subjectId: job.id,
      after: { rows: Number(rows), bad: Number(bad), applied: Number(applied), unchanged: Number(unchanged) },
    },
  ])
  return ended
}
