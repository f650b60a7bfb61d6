import type { Knex } from 'knex'

export type ProjectRow = { id: string; key: string; name: string; time_zone: string; created_at: Date }

export async function findProject(db: Knex, key: string): Promise<ProjectRow | undefined> {
  return db<ProjectRow>('projects').where({ key }).first()
}

/** Where those go who name no project. */
export async function findFirstProject(db: Knex): Promise<ProjectRow | undefined> {
  return db<ProjectRow>('projects').orderBy('created_at').orderBy('id').first()
}

/** The person's project with this key, or their default one. Undefined for one that is not theirs, existing or not. */
export async function findProjectOfPerson(
  db: Knex,
  personId: string,
  key: string | undefined,
): Promise<ProjectRow | undefined> {
  return db<ProjectRow>('projects')
    .join('person_projects', 'person_projects.project_id', 'projects.id')
    .where('person_projects.person_id', personId)
    .where(key === undefined ? { 'person_projects.is_default': true } : { 'projects.key': key })
    .first('projects.*')
}

/** Oldest first. */
export async function listProjectsOfPerson(db: Knex, personId: string): Promise<ProjectRow[]> {
  return db<ProjectRow>('projects as p')
    .join('person_projects as o', 'o.project_id', 'p.id')
    .where('o.person_id', personId)
    .orderBy(['p.created_at', 'p.id'])
    .select('p.*')
}

/** The row as it is, locked until the transaction ends; money that moves is not held up. */
export async function lockProject(trx: Knex, id: string): Promise<ProjectRow | undefined> {
  return trx<ProjectRow>('projects').where({ id }).forNoKeyUpdate().first()
}

/** It must exist. */
export async function changeProject(
  trx: Knex,
  id: string,
  changes: { readonly name?: string | undefined; readonly time_zone?: string | undefined },
): Promise<ProjectRow> {
  const [changed]: ProjectRow[] = await trx('projects').where({ id }).update(changes).returning('*')
  if (!changed) throw new Error(`project ${id} is gone`)
  return changed
}

/** The first project becomes the default one. The caller holds the person's lock, or two could be the first. */
export async function joinProject(trx: Knex, personId: string, projectId: string): Promise<void> {
  await trx.raw(
    `insert into person_projects (person_id, project_id, is_default)
       select :personId, :projectId, not exists (select from person_projects where person_id = :personId and is_default)
       on conflict (person_id, project_id) do nothing`,
    { personId, projectId },
  )
}

export async function listProjects(db: Knex): Promise<Pick<ProjectRow, 'id' | 'key'>[]> {
  return db<ProjectRow>('projects').select('id', 'key').orderBy('created_at').orderBy('id')
}
