import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'

const HEADER = `-- What the migrations make, for people to read. Written by db/dump-schema.ts; a test says that it is true.

set check_function_bodies = off;
`

/**
 * The schema `public` as statements that make it again: each query gives one kind of thing, sorted by name, so that the
 * same schema is always the same text. Rights are left out, for they name the roles of one installation.
 */
export async function dumpSchema(ownerUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    // Names of other schemas are written out, those of this one are not.
    await client.query('set search_path = public')
    const parts: string[] = []
    for (const [title, query] of Object.entries(PARTS)) {
      const found = await client.query<{ statement: string }>(query)
      const statements = found.rows.map(({ statement }) => `${statement.trim()};`)
      if (statements.length > 0) parts.push(`-- ${title}\n\n${statements.join(SEPARATORS[title] ?? '\n')}\n`)
    }
    return [HEADER, ...parts].join('\n')
  } finally {
    await client.end()
  }
}

const SEPARATORS: Readonly<Record<string, string>> = { Types: '\n\n', Tables: '\n\n', Functions: '\n\n' }

/** In an order in which each finds what it needs. Identity columns bring their own sequence. */
const PARTS: Readonly<Record<string, string>> = {
  Sequences: `
    select format('create sequence %I start %s', s.sequencename, s.start_value) as statement
      from pg_sequences s
      where s.schemaname = 'public' and not exists (select from pg_depend d
        where d.objid = format('%I', s.sequencename)::regclass and d.deptype = 'i')
      order by s.sequencename`,
  Tables: `
    select format(E'create table %I (\\n%s\\n)', t.relname, string_agg(format('  %I %s%s%s', a.attname,
        format_type(a.atttypid, a.atttypmod),
        case when a.attidentity = 'a' then ' generated always as identity'
          when a.attgenerated = 's' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid))
          else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end,
        case when a.attnotnull then ' not null' else '' end), E',\\n' order by a.attnum)) as statement
      from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
      where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace
      group by t.relname order by t.relname`,
  // After the tables, for they may hold a row of one.
  Types: `
    select format(E'create type %I as (\\n%s\\n)', t.relname, string_agg(format('  %I %s', a.attname,
        format_type(a.atttypid, a.atttypmod)), E',\\n' order by a.attnum)) as statement
      from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      where t.relkind = 'c' and t.relnamespace = 'public'::regnamespace
      group by t.relname order by t.relname`,
  Views: `
    select format(E'create view %I%s as\\n%s', v.relname, coalesce(' with (' || array_to_string(v.reloptions, ', ') || ')', ''),
        rtrim(pg_get_viewdef(v.oid), ';')) as statement
      from pg_class v where v.relkind = 'v' and v.relnamespace = 'public'::regnamespace order by v.relname`,
  Functions: `
    select pg_get_functiondef(f.oid) as statement
      from pg_proc f where f.pronamespace = 'public'::regnamespace order by f.proname, pg_get_function_arguments(f.oid)`,
  // Keys before the foreign keys that point at them.
  Constraints: `
    select format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as statement
      from pg_constraint c join pg_class t on t.oid = c.conrelid and t.relkind = 'r'
      where c.connamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'c', 'x', 'f')
      order by c.contype = 'f', t.relname, c.conname`,
  Indexes: `
    select pg_get_indexdef(i.indexrelid) as statement
      from pg_index i join pg_class x on x.oid = i.indexrelid
      where x.relnamespace = 'public'::regnamespace
        and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
      order by x.relname`,
  'Row-level security': `
    select format('alter table %I %s', t.relname, what) as statement
      from pg_class t, unnest(array[case when t.relrowsecurity then 'enable row level security' end,
        case when t.relforcerowsecurity then 'force row level security' end]) with ordinality w (what, place)
      where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace and what is not null
      order by t.relname, place`,
  Policies: `
    select concat_ws(' ', format('create policy %I on %I as %s for %s to %s', policyname, tablename, lower(permissive), lower(cmd),
        array_to_string(roles, ', ')), 'using (' || qual || ')', 'with check (' || with_check || ')') as statement
      from pg_policies where schemaname = 'public' order by tablename, policyname`,
  Triggers: `
    select pg_get_triggerdef(g.oid) as statement
      from pg_trigger g join pg_class t on t.oid = g.tgrelid
      where not g.tgisinternal and t.relnamespace = 'public'::regnamespace order by t.relname, g.tgname`,
}

const FILE = new URL('./schema.sql', import.meta.url)

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const ownerUrl = process.env['DATABASE_OWNER_URL']
  if (!ownerUrl) throw new Error('DATABASE_OWNER_URL must name a database that is migrated.')
  await writeFile(FILE, await dumpSchema(ownerUrl))
}
