import type { Database } from '#db/connection.ts'
import type { PersonRow } from '#db/identity/people.ts'
import { findFirstProject, findProjectOfPerson } from '#db/identity/projects.ts'

/** Where what concerns a person in all of their projects is written: their default project; for nobody the first one. */
export async function projectOfPerson(db: Database, person: PersonRow | undefined): Promise<string> {
  const own = await findProjectOfPerson(db, person?.id ?? '', undefined)
  const project = own ?? (await findFirstProject(db))
  if (!project) throw new Error('there is no project; bootstrap makes the first one')
  return project.id
}
