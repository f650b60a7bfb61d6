import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { dumpSchema } from '#db/dump-schema.ts'
import { createDatabase } from '#test/support/database.ts'
import { useDatabase } from '#test/support/use-database.ts'

const database = useDatabase()

describe('db/schema.sql', () => {
  test('is what the migrations make; DATABASE_OWNER_URL=… node --import tsx db/dump-schema.ts writes it anew', async () => {
    const written = await readFile(new URL('../../db/schema.sql', import.meta.url), 'utf8')
    expect(written).toBe(await dumpSchema(database.ownerUrl))
  })

  test('makes the same schema again', async () => {
    const schema = await dumpSchema(database.ownerUrl)
    const copy = await createDatabase()
    const client = new pg.Client({ connectionString: copy.ownerUrl })
    await client.connect()
    try {
      await client.query('drop schema public cascade; create schema public')
      await client.query(schema)
      expect(await dumpSchema(copy.ownerUrl)).toBe(schema)
    } finally {
      await client.end()
      await copy.drop()
    }
  })

  test.each([
    ['a column', 'alter table banks add column fax text'],
    ['a default', "alter table banks alter column city set default 'Bonn'"],
    ['a null that is allowed', 'alter table banks alter column name drop not null'],
    ['a check', "alter table banks add constraint named check (name <> '')"],
    ['an index', 'create index banks_by_city on banks (city)'],
    ['a policy', 'create policy open_door on banks using (true)'],
    ['row-level security that is off', 'alter table coins disable row level security'],
    ['row-level security that the owner escapes', 'alter table issuers no force row level security'],
    ['a trigger that is gone', 'drop trigger append_only on audit_rows'],
    [
      'a function',
      "create or replace function current_project() returns text language sql as $$ select '' $$",
    ],
    ['a view that is gone', 'drop view account_balances'],
    ['a sequence', 'create sequence bank_numbers'],
    ['a type', 'create type bank_pair as (one text, two text)'],
  ])('would be other for %s', async (_what, statement) => {
    const before = await dumpSchema(database.ownerUrl)
    await run(statement)
    expect(await dumpSchema(database.ownerUrl)).not.toBe(before)
  })
})

async function run(statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}
