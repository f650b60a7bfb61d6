import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { dumpSchema } from '#db/dump-schema.ts'
import { readSchemaFiles } from '#db/schema-files.ts'
import { createDatabase } from '#test/support/database.ts'
import { useDatabase } from '#test/support/use-database.ts'

const database = useDatabase()

describe('db/schema.sql', () => {
  test('is what the migrations make; DATABASE_OWNER_URL=… node --import tsx db/dump-schema.ts writes it anew', async () => {
    const written = await readFile(new URL('../../db/schema.sql', import.meta.url), 'utf8')
    expect(written).toBe(await dumpSchema(database.ownerUrl))
  })

  test('makes the same schema again, with the functions of db/functions', async () => {
    const schema = await dumpSchema(database.ownerUrl)
    const before = await routines(database.ownerUrl)
    const { functions } = await readSchemaFiles()
    const copy = await createDatabase()
    try {
      const statements = [
        'drop schema public cascade; create schema public; set check_function_bodies = off',
        ...before.filter(({ is_code }) => !is_code).map(({ definition }) => definition),
        schema,
        ...functions.map(({ text }) => text),
      ]
      await ask(copy.ownerUrl, statements.join(';\n'))
      expect(await dumpSchema(copy.ownerUrl)).toBe(schema)
      const definitions = (await routines(copy.ownerUrl)).map(({ definition }) => definition)
      expect(definitions).toEqual(before.map(({ definition }) => definition))
    } finally {
      await copy.drop()
    }
  })

  test.each([
    ['a column', 'alter table banks add column fax text'],
    ['a default', "alter table banks alter column city set default 'Bonn'"],
    ['a null that is allowed', 'alter table banks alter column name drop not null'],
    ['a check', "alter table banks add constraint named check (name <> '')"],
    ['a check of other words', checkOf("('fiat', 'crypto')")],
    ['a check of words in capitals', checkOf("('fiat', 'crypto', 'CUSTOM')")],
    ['a key that is gone', 'alter table banks drop constraint banks_project_id_bic_key'],
    ['a foreign key that is gone', 'alter table issuers drop constraint issuers_currency_id_fkey'],
    ['an index', 'create index banks_by_city on banks (city)'],
    ['how a column is stored', 'alter table banks alter column address set storage external'],
    ["a table's comment", "comment on table banks is 'A row is a bench.'"],
    ['a policy', 'create policy open_door on banks using (true)'],
    ['a policy of other words', 'alter policy own_project on currencies using (true)'],
    ['row-level security that is off', 'alter table coins disable row level security'],
    ['row-level security that the owner escapes', 'alter table issuers no force row level security'],
    ['a trigger that is gone', 'drop trigger append_only on audit_rows'],
    ['a trigger that is off', 'alter table postings disable trigger append_only'],
    ['a view that is gone', 'drop view account_balances'],
    ['a view of other words', viewOf('with (security_invoker = true)', 'k.id || k.serial')],
    ['a view that runs as its owner', viewOf('', 'k.id')],
    ['a sequence', 'create sequence bank_numbers'],
    ['a type', 'create type bank_pair as (one text, two text)'],
  ])('would be other for %s', async (_what, statement) => {
    const before = await dumpSchema(database.ownerUrl)
    await ask(database.ownerUrl, statement)
    expect(await dumpSchema(database.ownerUrl)).not.toBe(before)
  })
})

function checkOf(kinds: string): string {
  return `alter table currencies drop constraint currencies_kind_check,
    add constraint currencies_kind_check check (kind in ${kinds})`
}

function viewOf(options: string, id: string): string {
  return `drop view if exists coin_facts; create view coin_facts ${options} as select ${id} as id from coins k`
}

describe('the functions of the database', () => {
  test('are those of db/functions, and the few that tables need those of db/migrations, word for word', async () => {
    expect(await strangers(database.ownerUrl)).toEqual([])
  })

  test.each([
    [
      'fresh_id',
      "create or replace function fresh_id(prefix text) returns text language sql as $$ select '' $$",
    ],
    [
      'refuse_change',
      'create or replace function refuse_change() returns trigger language plpgsql as $$ begin end $$',
    ],
    ['keep_answers', 'drop function keep_answers(text, jsonb)'],
    ['one_more', "create function one_more() returns text language sql as $$ select '' $$"],
  ])('would not be, were %s another', async (name, statement) => {
    const one = await createDatabase()
    try {
      await ask(one.ownerUrl, statement)
      expect(await strangers(one.ownerUrl)).toEqual([name])
    } finally {
      await one.drop()
    }
  })
})

async function ask<Row extends object>(
  url: string,
  statements: string,
  values?: readonly unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(statements, values && [...values])).rows
  } finally {
    await client.end()
  }
}

type Routine = {
  readonly name: string
  readonly source: string
  readonly definition: string
  readonly is_code: boolean
}

function routines(url: string): Promise<Routine[]> {
  return ask(
    url,
    `select f.proname as name, f.prosrc as source, pg_get_functiondef(f.oid) as definition,
         exists (select from schema_code where (pg_identify_object('pg_proc'::regclass, f.oid, 0)).identity = any(routines)) as is_code
       from pg_proc f where f.pronamespace = 'public'::regnamespace order by definition`,
  )
}

/** Functions that stand in no file, or not word for word, and those of the files that the database does not have. */
async function strangers(url: string): Promise<(string | undefined)[]> {
  const { functions, migrations } = await readSchemaFiles()
  const found = await routines(url)
  return [[true, functions] as const, [false, migrations] as const].flatMap(([isCode, files]) => {
    const text = files.map((file) => file.text).join('')
    const here = found.filter(({ is_code }) => is_code === isCode)
    const written = [...text.matchAll(/create (?:or replace )?function (\w+)\(/g)].map(([, name]) => name)
    const missing = written.filter((name) => !here.some((one) => one.name === name))
    const others = here.filter(
      ({ name, source }) => !written.includes(name) || !text.includes(`$$${source}$$`),
    )
    return [...missing, ...others.map(({ name }) => name)]
  })
}
