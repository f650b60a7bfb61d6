import type { Knex } from 'knex'
import type { State } from '#domain/operation.ts'
import { isRefusal, type Refusal } from '#domain/refusal.ts'
import type { Step } from '#domain/step.ts'

/**
 * What became of a step.
 * applied: it took effect now. repeated: it was applied or refused before, and this is that answer again.
 * refused: a rule said no. late: the operation is in another state than the step expects; nothing was done.
 * stale: others decided meanwhile; nothing was done, and the decision has to be judged again.
 * unknown: there is no such operation.
 */
export type StepAnswer = {
  readonly operation: string
  readonly outcome: 'applied' | 'repeated' | 'refused' | 'late' | 'stale' | 'unknown'
  readonly refusal: Refusal | null
  /** The state the step led to, and the one the operation has now. */
  readonly to: State | null
  readonly state: State | null
  /** Milliseconds until the decision expires, where one is awaited. */
  readonly decideInMs: number | null
}

/** Who runs the step; kept in the audit row. */
export type Source = 'api' | 'workflow'

/** One round trip for a whole batch of one project. Throws what Postgres throws; then nothing was applied. */
export async function applySteps(
  db: Knex,
  projectId: string,
  batch: { steps: readonly Step[]; source: Source },
): Promise<StepAnswer[]> {
  const found = await db.raw<{ rows: [{ answers: StepAnswer[] }] }>(
    'select apply_steps(?, ?::jsonb, ?) as answers',
    [
      projectId,
      JSON.stringify(batch.steps.map(toRow), (_, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      ),
      batch.source,
    ],
  )
  return found.rows[0].answers.map(readAnswer)
}

function toRow({ decision, ...step }: Step): object {
  return { ...step, ...decision }
}

function readAnswer(row: StepAnswer): StepAnswer {
  if (row.refusal !== null && !isRefusal(row.refusal))
    throw new Error(`the book answered an unlisted refusal: ${String(row.refusal)}`)
  return row
}
