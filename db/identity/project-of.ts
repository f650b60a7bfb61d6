import type { Database } from '../connection.ts'

/** The project an operation, or another id of ours, belongs to. Outside row-level security: it answers before a project is known. */
export async function findProjectOf(db: Database, id: string): Promise<string | undefined> {
  const row: { project_id: string } | undefined = await db('project_of').where({ id }).first('project_id')
  return row?.project_id
}

/** Oldest first. */
export async function listProjectIds(db: Database): Promise<string[]> {
  return db('projects').orderBy('created_at').pluck('id')
}
