import type pg from 'pg'
import { sha256, type SchemaFiles, type SqlFile } from './schema-files.ts'

type Code = Pick<SchemaFiles, 'types' | 'views' | 'functions'>

/** What was created, as `drop` names it. */
type Created = { readonly routines: string[]; readonly views: string[]; readonly types: string[] }

export function hashOf({ types, views, functions }: Code): string {
  return sha256(
    JSON.stringify([types, views, functions].map((files) => files.map((file) => [file.name, file.sha256]))),
  )
}

/** The hash of the code that the database has; undefined where it has none. */
export async function codeHash(client: pg.Client): Promise<string | undefined> {
  const found = await client.query<{ sha256: string }>('select sha256 from schema_code')
  return found.rows[0]?.sha256
}

/**
 * Drops what createCode has created and nothing else. Without `cascade`: if a table needs a function, or somebody has
 * built a view of their own on one of ours, the database objects.
 */
export async function dropCode(client: pg.Client): Promise<void> {
  const found = await client.query<Created>('delete from schema_code returning routines, views, types')
  for (const { routines, views, types } of found.rows) {
    await drop(client, 'routine', routines)
    await drop(client, 'view', views)
    await drop(client, 'type', types)
  }
}

async function drop(client: pg.Client, what: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  try {
    // One statement for all of a kind, for they may need each other.
    await client.query(`drop ${what} if exists ${names.join(', ')}`)
  } catch (error) {
    const detail = error instanceof Error && 'detail' in error ? `: ${String(error.detail)}` : ''
    throw new Error(`Each ${what} of db/functions and db/views was to be dropped and created anew${detail}`, {
      cause: error,
    })
  }
}

/** Types, then views, then functions: each may need the kinds before it, and others of its own by the order of names. */
export async function createCode(client: pg.Client, code: Code): Promise<void> {
  const before = await listCode(client)
  for (const file of code.types) await runFile(client, `db/functions/${file.name}`, file)
  for (const file of code.views) await runFile(client, `db/views/${file.name}`, file)
  for (const file of code.functions) await runFile(client, `db/functions/${file.name}`, file)
  const after = await listCode(client)
  const [routines, views, types] = (['routines', 'views', 'types'] as const).map((kind) =>
    after[kind].filter((name) => !before[kind].includes(name)),
  )
  await client.query('insert into schema_code (sha256, routines, views, types) values ($1, $2, $3, $4)', [
    hashOf(code),
    routines,
    views,
    types,
  ])
}

export async function runFile(client: pg.Client, path: string, { text }: SqlFile): Promise<void> {
  try {
    await client.query(text)
  } catch (error) {
    throw new Error(`${path} failed: ${error instanceof Error ? error.message : 'unknown'}`, { cause: error })
  }
}

/** All of the schema that could be code, whoever has made it. */
async function listCode(client: pg.Client): Promise<Created> {
  const found = await client.query<Created>(`
    select array(select (pg_identify_object('pg_proc'::regclass, f.oid, 0)).identity from pg_proc f
        where f.pronamespace = 'public'::regnamespace order by f.oid) as routines,
      array(select (pg_identify_object('pg_class'::regclass, v.oid, 0)).identity from pg_class v
        where v.relnamespace = 'public'::regnamespace and v.relkind = 'v' order by v.oid) as views,
      array(select (pg_identify_object('pg_type'::regclass, t.oid, 0)).identity
        from pg_type t left join pg_class c on c.oid = t.typrelid
        where t.typnamespace = 'public'::regnamespace and coalesce(c.relkind = 'c', t.typtype in ('e', 'd'))
        order by t.oid) as types`)
  return found.rows[0] ?? { routines: [], views: [], types: [] }
}
