import type { Knex } from 'knex'
import { queryNamedOn } from '#db/named-query.ts'
import type { State } from '#domain/operations/operation.ts'
import { isRefusal, type Refusal } from '#domain/operations/refusal.ts'
import type { Step } from '#domain/operations/step.ts'

/**
 * What became of a step.
 * applied: it took effect now. repeated: it was applied or refused before, and this is that answer again.
 * refused: a rule said no. late: the operation is in another state than the step expects; nothing was done.
 * stale: others decided meanwhile, or it was not due yet; nothing was done, and it has to be judged again.
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

/** A step as the book's function reads it. Apart from the sending, so that it can be done while another batch is on its way. */
export function encodeStep({ decision, ...step }: Step): string {
  return JSON.stringify({ ...step, ...decision }, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}

/** Postgres was not reached at all, which says more than a connection that broke: the next try would wait as long. */
export class NoConnection extends Error {
  constructor(cause: unknown) {
    super('no connection to Postgres', { cause })
  }
}

/** Encoded steps. */
type Batch = { readonly steps: readonly string[]; readonly source: Source }

/** One round trip for a whole batch of one project. Throws what Postgres throws; then nothing was applied. */
export async function applySteps(db: Knex, projectId: string, batch: Batch): Promise<StepAnswer[]> {
  const connection = await db.client.acquireConnection().catch((error: unknown) => {
    throw new NoConnection(error)
  })
  const [found] = await queryNamedOn<{ answers: StepAnswer[] }>(db, connection, {
    name: 'apply_steps',
    text: 'select apply_steps($1, $2::jsonb, $3) as answers',
    values: [projectId, `[${batch.steps.join(',')}]`, batch.source],
  })
  if (!found) throw new Error('the book gave no answer')
  return found.answers.map(readAnswer)
}

function readAnswer(row: StepAnswer): StepAnswer {
  if (row.refusal !== null && !isRefusal(row.refusal))
    throw new Error(`the book answered an unlisted refusal: ${String(row.refusal)}`)
  return row
}
