import type { Knex } from 'knex'
import { queryNamed } from '../named-query.ts'
import type { AccountName, LegRow } from './operation-details.ts'
import type { OperationRow } from './operations.ts'

/** An operation with all that the money API shows of it. */
export type ShownOperation = {
  readonly row: OperationRow
  readonly legs: readonly LegRow[]
  readonly children: readonly string[]
  readonly names: ReadonlyMap<string, AccountName>
  /** The first answer under its key, where one was kept. */
  readonly answer: unknown
}

type Row = OperationRow & {
  readonly legs: readonly (Omit<LegRow, 'created_at'> & { readonly created_at: string })[]
  readonly children: readonly string[]
  readonly names: readonly AccountName[]
  readonly answer: unknown
}

/** In one round trip for all of them. Undefined where the project has no such operation. */
export async function showOperations(
  db: Knex,
  projectId: string,
  ids: readonly string[],
): Promise<(ShownOperation | undefined)[]> {
  const rows = await queryNamed<Row>(db, {
    name: 'show_operations',
    text: 'select * from show_operations($1, $2::text[])',
    values: [projectId, [...ids]],
  })
  const shown = new Map(rows.map((row) => [row.id, toShown(row)]))
  return ids.map((id) => shown.get(id))
}

function toShown({ legs, children, names, answer, ...row }: Row): ShownOperation {
  return {
    row,
    legs: legs.map((leg) => ({ ...leg, created_at: new Date(leg.created_at) })),
    children,
    names: new Map(names.map((name) => [name.id, name])),
    answer,
  }
}

export type Answered = { readonly id: string; readonly answer: object }

/** The first answer of each stands; this gives it back, ours or the one that was quicker. */
export async function keepAnswers(
  db: Knex,
  projectId: string,
  answers: readonly Answered[],
): Promise<unknown[]> {
  const rows = await queryNamed<{ operation: string; answered: unknown }>(db, {
    name: 'keep_answers',
    text: 'select * from keep_answers($1, $2::jsonb)',
    values: [projectId, JSON.stringify(answers)],
  })
  const kept = new Map(rows.map(({ operation, answered }) => [operation, answered]))
  return answers.map(({ id }) => kept.get(id))
}
