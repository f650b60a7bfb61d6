import { inProject } from '#db/connection.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import { readStanding as read } from '#db/operations/operations.ts'
import { NO_STANDING, type Standing } from '#domain/operations/operation.ts'
import type { ActivityDeps } from '../deps.ts'

/** What the book says now; changes nothing. */
export function readStanding({ db }: ActivityDeps) {
  return async ({ operation }: { readonly operation: string }): Promise<Standing> => {
    const projectId = await findProjectOf(db, operation)
    return projectId ? inProject(db, projectId, (trx) => read(trx, operation)) : NO_STANDING
  }
}
