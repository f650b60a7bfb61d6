import type { Database } from '../connection.ts'

/** A workflow, or a message to one, that stands for nothing we know. Noted once per run and kind. */
export async function noteStrayWorkflow(
  db: Database,
  stray: { workflowId: string; runId: string; what: string },
): Promise<void> {
  // Temporal takes ids that Postgres does not: a NUL would keep the stray alive for ever.
  const workflowId = stray.workflowId.replaceAll('\u0000', '\uFFFD').slice(0, 300)
  await db('stray_workflows')
    .insert({ workflow_id: workflowId, run_id: stray.runId, what: stray.what })
    .onConflict(['workflow_id', 'run_id', 'what'])
    .ignore()
}
