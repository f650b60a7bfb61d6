import { inProject } from '#db/connection.ts'
import type { TestBook } from '#test/support/book.ts'

/** The tables in which rows belong to a project. */
export async function projectTables({ owner }: TestBook): Promise<string[]> {
  const columns = await owner.raw<{ rows: { table_name: string }[] }>(
    `select table_name from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_schema = 'public' and table_type = 'BASE TABLE' and column_name = 'project_id'`,
  )
  return columns.rows.map(({ table_name: name }) => name)
}

/** One hash for each table of every row that a project has in it. */
export async function fingerprint(
  { owner, projectId }: TestBook,
  tables: readonly string[],
): Promise<Record<string, string>> {
  const each = tables.map(
    (name) =>
      `select '${name}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from ${name} t where project_id = :projectId`,
  )
  const found = await inProject(owner, projectId, (trx) =>
    trx.raw<{ rows: { name: string; hash: string }[] }>(each.join(' union all '), { projectId }),
  )
  return Object.fromEntries(found.rows.map(({ name, hash }) => [name, hash]))
}
