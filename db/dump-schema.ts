import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { dumpTables } from './dump-tables.ts'
import { readSchemaFiles, type SqlFile } from './schema-files.ts'

const HEADER = `-- The tables that the migrations make and the views of db/views, for people to read. The functions are in db/functions;
-- those that a table's definition needs stand beside it in db/migrations.
-- Written by db/dump-schema.ts; a test says that it is true.
`

/**
 * The schema `public` without its functions, as statements that make it again: the same schema is always the same text.
 * Rights are left out, for they name the roles of one installation.
 */
export async function dumpSchema(ownerUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    // Names of other schemas are written out, those of this one are not.
    await client.query('set search_path = public')
    const sequences = await client.query<{ statement: string }>(SEQUENCES)
    const types = await client.query<{ statement: string }>(TYPES)
    const parts = [
      HEADER,
      sequences.rows.map(({ statement }) => `${statement};\n`).join(''),
      ...(await dumpTables(client)),
      ...types.rows.map(({ statement }) => `${statement};\n`),
      ...(await dumpViews(client)),
    ]
    return parts.filter(Boolean).join('\n')
  } finally {
    await client.end()
  }
}

/** Identity columns bring their own. */
const SEQUENCES = `
  select format('create sequence %I start %s', s.sequencename, s.start_value) as statement
    from pg_sequences s
    where s.schemaname = 'public' and not exists (select from pg_depend d
      where d.objid = format('%I', s.sequencename)::regclass and d.deptype = 'i')
    order by s.sequencename`

const TYPES = `
  select format(E'create type %I as (\\n%s\\n)', t.relname, string_agg(format('  %I %s', a.attname,
      format_type(a.atttypid, a.atttypmod)), E',\\n' order by a.attnum)) as statement
    from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    where t.relkind = 'c' and t.relnamespace = 'public'::regnamespace
    group by t.relname order by t.relname`

type View = { readonly name: string; readonly options: string; readonly definition: string }

const VIEWS = `
  select v.relname as name, coalesce(' with (' || array_to_string(v.reloptions, ', ') || ')', '') as options,
      pg_get_viewdef(v.oid) as definition
    from pg_class v where v.relkind = 'v' and v.relnamespace = $1::regnamespace order by v.relname`

/** A file of db/views as it is written, if the database has its views so; in Postgres' own words what it has else. */
async function dumpViews(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<View>(VIEWS, ['public'])
  const { views: files } = await readSchemaFiles()
  const here = new Map(rows.map((view) => [view.name, describeView(view)]))
  const written: string[] = []
  for (const { file, views } of await viewsOf(client, files)) {
    if (!views.every((view) => here.get(view.name) === describeView(view))) continue
    written.push(file.text)
    for (const { name } of views) here.delete(name)
  }
  return [...written, ...here.values()]
}

function describeView({ name, options, definition }: View): string {
  return `create view ${name}${options} as\n${definition.trim()}\n`
}

/** What the files would create over the tables of this database. Nothing of it stays; nothing is found where one fails. */
async function viewsOf(
  client: pg.Client,
  files: readonly SqlFile[],
): Promise<{ readonly file: SqlFile; readonly views: readonly View[] }[]> {
  await client.query('begin')
  try {
    await client.query('create schema as_written; set local search_path = as_written, public')
    const found = []
    const seen = new Set<string>()
    for (const file of files) {
      await client.query(file.text)
      const { rows } = await client.query<View>(VIEWS, ['as_written'])
      found.push({ file, views: rows.filter(({ name }) => !seen.has(name)) })
      for (const { name } of rows) seen.add(name)
    }
    return found
  } catch {
    return []
  } finally {
    await client.query('rollback')
  }
}

const FILE = new URL('./schema.sql', import.meta.url)

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const ownerUrl = process.env['DATABASE_OWNER_URL']
  if (!ownerUrl) throw new Error('DATABASE_OWNER_URL must name a database that is migrated.')
  await writeFile(FILE, await dumpSchema(ownerUrl))
}
