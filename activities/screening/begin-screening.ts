import { inProject } from '#db/connection.ts'
import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { beginScreening as begin } from '#db/operations/operations.ts'
import type { State } from '#domain/operations/operation.ts'
import type { ActivityDeps } from '../deps.ts'

export type Begun = {
  /** Null where there is no such operation. */
  readonly state: State | null
  /** How long to go on asking a provider that gives no usable answer. */
  readonly patienceMs: number
}

/** Safe to repeat: the number of the latest check only grows. */
export function beginScreening({ db }: ActivityDeps) {
  return async (asked: { readonly operation: string; readonly n: number }): Promise<Begun> => {
    const facts = await findOperationFacts(db, asked.operation)
    if (!facts) return { state: null, patienceMs: 0 }
    const state = await inProject(db, facts.projectId, (trx) => begin(trx, asked))
    return { state, patienceMs: facts.rules.screening?.patienceMs ?? PATIENCE_MS }
  }
}

const PATIENCE_MS = 120_000
