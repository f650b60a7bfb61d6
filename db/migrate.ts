import pg from 'pg'
import { readRecord } from './made-elsewhere.ts'
import { codeHash, createCode, dropCode, hashOf, runFile } from './schema-code.ts'
import { readSchemaFiles, type SchemaFiles } from './schema-files.ts'

/** Any number, but the same in every process: only one migrates at a time. */
const LOCK = 7_514_201

/**
 * Applies each numbered migration once, in order; drops and creates anew the views and functions where they have changed;
 * and lets the runtime role use what is there. All of it is one transaction: others see the schema as it was or as it is
 * now, and after an error nothing has changed.
 *
 * @param folder where migrations/, functions/ and views/ are; for tests
 * @throws MadeElsewhere for a database that another version of Sluice has made
 */
export async function migrate({
  ownerUrl,
  runtimeRole,
  folder,
}: {
  ownerUrl: string
  runtimeRole: string
  folder?: URL
}): Promise<void> {
  const files = await readSchemaFiles(folder)
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await refuseSuperuser(client)
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    await applyFiles(client, files)
    await grant(client, runtimeRole)
    await client.query('commit')
  } finally {
    await client.end()
  }
}

async function applyFiles(client: pg.Client, files: SchemaFiles): Promise<void> {
  const recorded = new Set((await readRecord(client, files.migrations)).map(({ name }) => name))
  const pending = files.migrations.filter(({ name }) => !recorded.has(name))
  await client.query(RECORD)
  if (pending.length === 0 && (await codeHash(client)) === hashOf(files)) return
  // A table cannot change under a view, and a view of all its columns would not see a new one.
  await dropCode(client)
  for (const file of pending) {
    await runFile(client, `db/migrations/${file.name}`, file)
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [
      file.name,
      file.sha256,
    ])
  }
  await createCode(client, files)
}

const RECORD = `
  create table if not exists schema_migrations (
    name text primary key, sha256 text not null, at timestamptz not null default now());
  comment on table schema_migrations is 'A row is a file of db/migrations that was applied.';
  create table if not exists schema_code (
    sha256 text primary key, routines text[] not null, views text[] not null, types text[] not null,
    at timestamptz not null default now());
  comment on table schema_code is
    'The one row names what db/functions and db/views have created here, and the hash of their text.';
`

/** The owner runs the book's functions, so row-level security has to bind it too. */
async function refuseSuperuser(client: pg.Client): Promise<void> {
  const found = await client.query<{ rolsuper: boolean; rolbypassrls: boolean }>(
    'select rolsuper, rolbypassrls from pg_roles where rolname = current_user',
  )
  if (found.rows[0]?.rolsuper || found.rows[0]?.rolbypassrls) {
    throw new Error(
      'The owner of the database is a superuser or may bypass row-level security; create a role that is neither and migrate with it.',
    )
  }
}

/** Tables that only the book's own functions write; everybody else reads them. */
const BOOK = [
  'book_accounts',
  'balances',
  'postings',
  'holds',
  'steps',
  'decisions',
  'limit_usage',
  'limit_reservations',
  'audit_rows',
  'audit_heads',
]

async function grant(client: pg.Client, runtimeRole: string): Promise<void> {
  const role = client.escapeIdentifier(runtimeRole)
  const owner = await client.query<{ owner: boolean }>('select current_user = $1 as owner', [runtimeRole])
  if (owner.rows[0]?.owner) return
  await client.query(`grant usage on schema public to ${role}`)
  await client.query(`grant select, insert, update, delete on all tables in schema public to ${role}`)
  await client.query(`grant usage on all sequences in schema public to ${role}`)
  await client.query(
    `revoke insert, update, delete, truncate on ${BOOK.join(', ')}, schema_migrations, schema_code from ${role}`,
  )
  await client.query(`revoke insert, update, delete on operations from ${role}`)
  await client.query(`revoke update, delete on project_of, bank_lines from ${role}`)
  await client.query(`grant update (attention, attention_since, screening_no) on operations to ${role}`)
}
