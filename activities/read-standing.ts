import { inProject } from '#db/connection.ts'
import { findOperationFacts } from '#db/operation-facts.ts'
import { readStanding as read } from '#db/operations.ts'
import { NO_STANDING, type Standing } from '#domain/operation.ts'
import type { ActivityDeps } from './deps.ts'

/** What the book says now; changes nothing. */
export function readStanding({ db }: ActivityDeps) {
  return async ({ operation }: { readonly operation: string }): Promise<Standing> => {
    const facts = await findOperationFacts(db, operation)
    return facts ? inProject(db, facts.projectId, (trx) => read(trx, operation)) : NO_STANDING
  }
}
