import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { MadeElsewhere } from '#db/made-elsewhere.ts'
import { migrate } from '#db/migrate.ts'
import { SCHEMA_FOLDER } from '#db/schema-files.ts'
import { APP_ROLE } from '#embedded/postgres/postgres-roles.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { until } from '#test/support/poll.ts'

let database: TestDatabase
let owner: pg.Client
let path: string

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'sluice-schema-'))
  for (const part of ['migrations', 'functions', 'views'])
    await cp(new URL(part, SCHEMA_FOLDER), join(path, part), { recursive: true })
  database = await createDatabase()
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
})
afterEach(async () => {
  await owner.end()
  await database.drop()
  await rm(path, { recursive: true })
})

function migrated(): Promise<void> {
  return migrate({ ownerUrl: database.ownerUrl, runtimeRole: APP_ROLE, folder: pathToFileURL(`${path}/`) })
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(join(path, file), change(await readFile(join(path, file), 'utf8')))
}

function write(file: string, text: string): Promise<void> {
  return writeFile(join(path, file), text)
}

async function list(query: string): Promise<string[]> {
  const { rows } = await owner.query<{ one: string }>(query)
  return rows.map(({ one }) => one)
}

/** Every function and view with the number under which Postgres knows it, and every table. */
function everything(): Promise<string[]> {
  return list(`select oid || ' ' || proname as one from pg_proc where pronamespace = 'public'::regnamespace
    union all select oid || ' ' || relname from pg_class where relnamespace = 'public'::regnamespace order by 1`)
}

async function empty(): Promise<void> {
  await owner.query('drop schema public cascade; create schema public')
}

describe('migrating', () => {
  test('drops nothing where nothing has changed', async () => {
    const before = await everything()
    await migrated()
    expect(await everything()).toEqual(before)
  })

  test('makes one schema where two processes begin at once on an empty database', async () => {
    await empty()
    await Promise.all([migrated(), migrated()])
    expect(await list('select count(*)::text as one from schema_code')).toEqual(['1'])
    const before = await everything()
    await migrated()
    expect(await everything()).toEqual(before)
  })

  test('creates a function anew whose text has changed, and leaves those that tables need as they are', async () => {
    const needed = await list(
      `select oid::text as one from pg_proc where proname in ('protect', 'refuse_change')`,
    )
    await edit('functions/contracts/copies.sql', (text) => text.replace("prefix || '_'", "prefix || '-'"))
    await migrated()
    expect(await list(`select left(fresh_id('con'), 4) as one`)).toEqual(['con-'])
    expect(
      await list(`select oid::text as one from pg_proc where proname in ('protect', 'refuse_change')`),
    ).toEqual(needed)
  })

  test.each([
    ['parameters', 'fresh_id(prefix text, rest text) returns text'],
    ['result', 'fresh_id(prefix text) returns setof text'],
  ])('creates a function anew that has other %s, and the old one is gone', async (_what, head) => {
    await edit('functions/contracts/copies.sql', (text) =>
      text.replace('fresh_id(prefix text) returns text', head),
    )
    await migrated()
    const heads = await list(`select proname || '(' || pg_get_function_arguments(oid) || ') returns '
      || lower(pg_get_function_result(oid)) as one from pg_proc where proname = 'fresh_id'`)
    expect(heads).toEqual([head])
  })

  test('drops a function and a view whose files are gone, and nothing that others have made', async () => {
    await owner.query(`create function of_others() returns text language sql as $$ select '' $$;
      create view view_of_others as select id from projects`)
    await rm(join(path, 'functions/approvals/locks.sql'))
    await rm(join(path, 'views/account-balances.sql'))
    await migrated()
    const left =
      await list(`select proname::text as one from pg_proc where proname in ('lock_approval_rules', 'of_others')
      union all select relname from pg_class where relname in ('account_balances', 'view_of_others') order by 1`)
    expect(left).toEqual(['of_others', 'view_of_others'])
  })

  test('creates a view of all columns anew when a migration has added one', async () => {
    await write('migrations/9000-more.sql', 'alter table operations add column one_more text;')
    await migrated()
    expect(
      await list(`select attname::text as one from pg_attribute
        where attrelid = 'shown_operations'::regclass and attname = 'one_more'`),
    ).toEqual(['one_more'])
  })

  test('lets the runtime role read a view and call a function that were created anew', async () => {
    await edit('views/account-balances.sql', (text) => `${text}-- Changed.\n`)
    await migrated()
    const app = new pg.Client({ connectionString: database.url })
    await app.connect()
    await app.query(`select set_config('sluice.project', 'none', false)`)
    expect((await app.query('select from account_balances')).rowCount).toBe(0)
    expect((await app.query(`select fresh_id('con')`)).rowCount).toBe(1)
    await expect(app.query('delete from schema_code')).rejects.toThrow('permission denied')
    await app.end()
  })

  test.each([
    ['a function', 'functions/ledger/write-steps.sql', 'create function broken( returns text;'],
    ['a view', 'views/shown-operations.sql', 'create view broken as select missing from operations;'],
    ['a migration', 'migrations/9001-broken.sql', 'create table broken (id nothing);'],
  ])('changes nothing where %s fails, and names its file', async (_what, file, text) => {
    const before = await everything()
    await write('migrations/9000-more.sql', 'create table one_more (id text primary key);')
    await write(file, text)
    await expect(migrated()).rejects.toThrow(`db/${file} failed: `)
    expect(await everything()).toEqual(before)
  })

  test('changes nothing where a table needs a function of db/functions, and says which', async () => {
    await owner.query(`create table of_others (id text default fresh_id('x'))`)
    const before = await everything()
    await edit('functions/contracts/copies.sql', (text) => `${text}-- Changed.\n`)
    await expect(migrated()).rejects.toThrow(
      'column id of table of_others depends on function fresh_id(text)',
    )
    expect(await everything()).toEqual(before)
  })

  test('leaves others with the functions as they were until all of it is done', async () => {
    const other = new pg.Client({ connectionString: database.ownerUrl })
    await other.connect()
    await other.query('begin; lock table banks')
    await edit('functions/contracts/copies.sql', (text) => text.replace("prefix || '_'", "prefix || '-'"))
    await write('migrations/9000-more.sql', 'alter table banks add column one_more text;')
    const migrating = migrated()
    await until('the migration at the locked table', async () => {
      const { rowCount } = await owner.query(
        `select from pg_locks where not granted and relation = 'banks'::regclass`,
      )
      return rowCount === 1 ? true : undefined
    })
    // Its functions are dropped by now, but not for us.
    expect(await list(`select left(fresh_id('con'), 4) as one`)).toEqual(['con_'])
    await other.query('commit')
    await migrating
    expect(await list(`select left(fresh_id('con'), 4) as one`)).toEqual(['con-'])
    await other.end()
  })
})

/** Why migrating was refused, with nothing changed. */
async function refusal(): Promise<unknown> {
  const before = await everything()
  const error: unknown = await migrated().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(await everything()).toEqual(before)
  return error
}

describe('a database that other migrations have made is refused, by name and with nothing changed:', () => {
  const ADVICE =
    ': go on with the version that made it, or export what you need with that version and give this one an empty database. Nothing was changed.'

  test('one of the migrations from before 0.1.0', async () => {
    await empty()
    await owner.query(`create table schema_migrations (name text primary key, sha256 text not null, at timestamptz not null default now());
      insert into schema_migrations values ('0001-tenancy.sql', '1'), ('0005-apply-steps.sql', '2');
      create table projects (id text primary key)`)
    expect(await refusal()).toEqual(
      new MadeElsewhere('was made by migrations from before 0.1.0 (0001-tenancy.sql … 0005-apply-steps.sql)'),
    )
  })

  test('one with tables of ours and no record of who made them', async () => {
    await owner.query('drop table schema_migrations, schema_code')
    expect(await refusal()).toEqual(
      new MadeElsewhere('has tables of Sluice (audit_heads) and no record of the migrations that made them'),
    )
  })

  test('one whose migration was edited afterwards', async () => {
    await edit('migrations/0002-catalogue.sql', (text) => `${text}-- Changed.\n`)
    expect(await refusal()).toEqual(
      new MadeElsewhere('was made by the migration 0002-catalogue.sql as it was before it was edited'),
    )
  })

  test('one with a migration that this version does not have', async () => {
    await rm(join(path, 'migrations/0011-reports.sql'))
    const error = await refusal()
    expect(error).toEqual(
      new MadeElsewhere('was made by another version (0011-reports.sql is no migration of this one)'),
    )
    expect((error as Error).message).toBe(
      `This database was made by another version (0011-reports.sql is no migration of this one)${ADVICE}`,
    )
  })

  test('but not an empty one, nor one where others have tables of their own', async () => {
    await empty()
    await owner.query('create table of_others (id text); insert into of_others values (1)')
    await migrated()
    expect(await list('select id as one from of_others')).toEqual(['1'])
  })

  test('and of a table of others that has the name of ours it is not said that Sluice made it', async () => {
    await empty()
    await owner.query('create table schema_migrations (version text primary key)')
    const error = await refusal()
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(MadeElsewhere)
  })
})
