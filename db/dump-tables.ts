import type pg from 'pg'

type Column = {
  readonly name: string
  readonly type: string
  readonly default: string | null
  readonly identity: '' | 'a' | 'd'
  readonly is_generated: boolean
  readonly not_null: boolean
  readonly collation: string | null
  readonly storage: string | null
}

type Constraint = {
  readonly name: string
  readonly type: 'p' | 'u' | 'c' | 'x' | 'f'
  readonly definition: string
  readonly columns: readonly string[]
  /** A foreign key to a table that is created later. */
  readonly is_forward: boolean
}

type Table = {
  readonly name: string
  readonly comment: string | null
  readonly has_rls: boolean
  readonly forces_rls: boolean
  readonly columns: readonly Column[]
  readonly constraints: readonly Constraint[]
  readonly indexes: readonly string[]
  readonly policies: readonly string[]
  readonly triggers: readonly {
    readonly definition: string
    readonly enabled: string
    readonly name: string
  }[]
}

/** Each table with what belongs to it, in the order in which the migrations create them; then what has to wait for them. */
export async function dumpTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<Table>(TABLES)
  const later = rows.flatMap((table) =>
    table.constraints
      .filter((one) => one.is_forward)
      .map((one) => `${wrap(`alter table ${table.name} add ${describeConstraint(table, one)}`)};\n`),
  )
  return [...rows.map(dumpTable), ...later]
}

function dumpTable(table: Table): string {
  const inline = new Map(table.constraints.map((one) => [one, inlined(table, one)]))
  const rest = table.constraints.filter((one) => !one.is_forward && inline.get(one) === undefined)
  const columns = table.columns.map((column) => {
    const own = [...inline].flatMap(
      ([
        {
          columns: [name],
        },
        text,
      ]) => (text && name === column.name ? [text] : []),
    )
    return describeColumn(column, own)
  })
  const lines = [...columns, ...rest.map((one) => describeConstraint(table, one))].map((line) =>
    wrap(`  ${line}`),
  )
  const statements = [
    `create table ${table.name} (\n${lines.join(',\n')}\n)`,
    ...(table.comment === null ? [] : [describeComment(table.name, table.comment)]),
    ...table.indexes.map((index) => wrap(tidy(index).replace(' using btree', ''))),
    ...table.columns.flatMap(({ name, storage }) =>
      storage === null ? [] : [`alter table ${table.name} alter column ${name} set storage ${storage}`],
    ),
    ...describeProtection(table),
    ...describeTriggers(table),
  ]
  return statements.map((statement) => `${statement};\n`).join('')
}

function describeComment(table: string, comment: string): string {
  const text = `'${comment.replaceAll("'", "''")}'`
  const line = `comment on table ${table} is ${text}`
  return line.length < WIDTH ? line : `comment on table ${table} is\n  ${text}`
}

function describeColumn(column: Column, own: readonly string[]): string {
  const isKey = own.includes('primary key')
  return [
    column.name,
    SHORT_TYPES[column.type] ?? column.type,
    column.collation && `collate "${column.collation}"`,
    column.identity && `generated ${column.identity === 'a' ? 'always' : 'by default'} as identity`,
    column.is_generated && `generated always as (${tidy(column.default ?? '')}) stored`,
    column.not_null && !isKey && column.identity === '' && 'not null',
    !column.is_generated && column.default !== null && `default ${tidy(column.default)}`,
    ...own,
  ]
    .filter(Boolean)
    .join(' ')
}

const SHORT_TYPES: Readonly<Record<string, string>> = {
  'timestamp with time zone': 'timestamptz',
  integer: 'int',
}

/** How a constraint of one column stands behind it, where Postgres would give it the name that it has. */
function inlined(
  table: Table,
  { name, type, definition, columns, is_forward }: Constraint,
): string | undefined {
  const [column, ...others] = columns
  if (column === undefined || others.length > 0 || is_forward) return undefined
  const text = tidy(definition)
  if (type === 'p' && name === `${table.name}_pkey`) return 'primary key'
  if (type === 'u' && name === `${table.name}_${column}_key` && text === `unique (${column})`) return 'unique'
  if (type === 'c' && name === `${table.name}_${column}_check`) return text
  if (type === 'f' && name === `${table.name}_${column}_fkey`)
    return text.replace(`foreign key (${column}) `, '')
  return undefined
}

function describeConstraint({ name: table }: Table, { name, type, definition, columns }: Constraint): string {
  const text = tidy(definition)
  const isUsual =
    type === 'p' ? name === `${table}_pkey` : type === 'u' && name === `${table}_${columns.join('_')}_key`
  return isUsual ? text : `constraint ${name} ${text}`
}

/** What the function `protect` does to a table is said by its name; anything else in full. */
function describeProtection({ name, has_rls, forces_rls, policies }: Table): string[] {
  const own = '(project_id = ( select current_project() as current_project))'
  const standard = `create policy own_project on ${name} as permissive for all to public using ${own} with check ${own}`
  const found = policies.map(tidy)
  if (has_rls && forces_rls && found.length === 1 && found[0] === standard)
    return [`select protect('${name}')`]
  return [
    ...(has_rls ? [`alter table ${name} enable row level security`] : []),
    ...(forces_rls ? [`alter table ${name} force row level security`] : []),
    ...found.map(wrap),
  ]
}

/** Pairs of triggers that a function of the first migration makes, by the function's name. */
const PAIRS = (table: string) => ({
  append_only: [
    `create trigger append_only before delete or update on ${table} for each row execute function refuse_change()`,
    `create trigger no_truncate before truncate on ${table} for each statement execute function refuse_change()`,
  ],
  never_deleted: [
    `create trigger never_deleted before delete on ${table} for each row execute function refuse_delete()`,
    `create trigger never_truncated before truncate on ${table} for each statement execute function refuse_delete()`,
  ],
})

function describeTriggers({ name, triggers }: Table): string[] {
  let rest = triggers.map(({ definition }) => tidy(definition))
  const pairs: string[] = []
  for (const [made, pair] of Object.entries(PAIRS(name))) {
    if (!pair.every((one) => rest.includes(one))) continue
    rest = rest.filter((one) => !pair.includes(one))
    pairs.push(`select ${made}('${name}')`)
  }
  const switched = triggers.filter(({ enabled }) => enabled !== 'O')
  return [
    ...pairs,
    ...rest.map(wrap),
    ...switched.map((one) => `alter table ${name} ${SWITCHED[one.enabled] ?? 'enable'} trigger ${one.name}`),
  ]
}

const SWITCHED: Readonly<Record<string, string>> = { D: 'disable', A: 'enable always', R: 'enable replica' }

const WIDTH = 118

/** As a person would write it: `in` for lists, no cast that the column implies, keywords in small letters. */
export function tidy(sql: string): string {
  return sql
    .replaceAll(/ = ANY \(ARRAY\[([^\]]*)\]\)/g, ' in ($1)')
    .replaceAll(/ <> ALL \(ARRAY\[([^\]]*)\]\)/g, ' not in ($1)')
    .replaceAll(/('(?:[^']|'')*')::text\b(?!\[)/g, '$1')
    .replaceAll(/\b(\d+)::numeric\b(?![([])/g, '$1')
    .replaceAll(/'(?:[^']|'')*'|"[^"]*"|\b[A-Z]+\b/g, (found) =>
      /^['"]/.test(found) ? found : found.toLowerCase(),
    )
}

/** Breaks a long line at spaces that no quotes surround. */
export function wrap(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? ''
  const [first = '', ...words] = line.trim().match(/(?:'(?:[^']|'')*'|[^ '])+/g) ?? []
  const lines = [indent + first]
  for (const word of words) {
    const current = lines.at(-1) ?? ''
    if (current.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${current} ${word}`
    else lines.push(`${indent}  ${word}`)
  }
  return lines.join('\n')
}

const TABLES = `
  select t.relname as name, obj_description(t.oid, 'pg_class') as comment, t.relrowsecurity as has_rls,
    t.relforcerowsecurity as forces_rls,
    array(select jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'default', pg_get_expr(d.adbin, d.adrelid, true), 'identity', a.attidentity, 'is_generated', a.attgenerated <> '',
        'not_null', a.attnotnull,
        'collation', (select l.collname from pg_collation l where l.oid = a.attcollation and l.oid <> y.typcollation),
        'storage', case when a.attstorage <> y.typstorage then
          case a.attstorage when 'e' then 'external' when 'p' then 'plain' when 'm' then 'main' else 'extended' end end)
      from pg_attribute a join pg_type y on y.oid = a.atttypid
        left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
      where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns,
    array(select jsonb_build_object('name', c.conname, 'type', c.contype, 'definition', pg_get_constraintdef(c.oid, true),
        'columns', array(select a.attname from unnest(c.conkey) with ordinality k (attnum, place)
          join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum order by k.place),
        'is_forward', c.confrelid > t.oid)
      from pg_constraint c where c.conrelid = t.oid and c.contype in ('p', 'u', 'c', 'x', 'f')
      order by position(c.contype in 'pfucx'), c.conname) as constraints,
    array(select pg_get_indexdef(i.indexrelid, 0, true) from pg_index i
      where i.indrelid = t.oid and not exists (select from pg_constraint c where c.conindid = i.indexrelid
        and c.contype in ('p', 'u', 'x')) order by i.indexrelid::regclass::text) as indexes,
    array(select concat_ws(' ', format('create policy %I on %I as %s for %s to %s', policyname, tablename, permissive,
        cmd, array_to_string(roles, ', ')), 'using ' || qual, 'with check ' || with_check)
      from pg_policies where schemaname = 'public' and tablename = t.relname order by policyname) as policies,
    array(select jsonb_build_object('name', g.tgname, 'enabled', g.tgenabled, 'definition', pg_get_triggerdef(g.oid, true))
      from pg_trigger g where g.tgrelid = t.oid and not g.tgisinternal order by g.tgname) as triggers
  from pg_class t where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace order by t.oid`
