import type { Knex } from 'knex'

/** One change: who did what to which thing, and what was there before and after. Never a secret. */
export type AuditEntry = {
  readonly actor: string | null
  readonly source: 'api' | 'workflow' | 'system'
  readonly action: string
  readonly subjectType: string
  readonly subjectId: string
  readonly before?: object | null
  readonly after?: object | null
}

/** Appends to the project's hash chain. It takes the chain's lock, so it comes last in its transaction. */
export async function appendAudit(
  trx: Knex,
  projectId: string,
  entries: readonly AuditEntry[],
): Promise<void> {
  await trx.raw('select append_audit(?, ?::jsonb)', [projectId, JSON.stringify(entries)])
}
