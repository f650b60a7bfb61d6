import { findFirstProject, findProject, type ProjectRow } from '#db/identity/projects.ts'
import type { Database } from '#db/connection.ts'
import { badParameter } from '../../http/problem.ts'

/** Of a call that nobody is signed in for: the project whose key the header X-Project gives, else the first one. */
export async function projectOfCall(
  db: Database,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<ProjectRow> {
  const key = headers['x-project']
  const project = key === undefined ? await findFirstProject(db) : await findProject(db, key)
  if (project) return project
  if (key === undefined) throw new Error('there is no project; bootstrap makes the first one')
  throw badParameter('X-Project', 'is not the key of a project')
}
