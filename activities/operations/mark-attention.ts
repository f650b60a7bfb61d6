import { inProject } from '#db/connection.ts'
import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { markNeedsAttention } from '#db/operations/operations.ts'
import type { ActivityDeps } from '../deps.ts'

/** Safe to repeat: the first mark stands. */
export function markAttention({ db }: ActivityDeps) {
  return async ({ operation, why }: { readonly operation: string; readonly why: string }): Promise<void> => {
    const facts = await findOperationFacts(db, operation)
    if (facts) await inProject(db, facts.projectId, (trx) => markNeedsAttention(trx, operation, why))
  }
}
