import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'

const MIGRATIONS = new URL('./migrations/', import.meta.url)
/** Any number, but the same in every process: only one migrates at a time. */
const LOCK = 7_514_201

/** Applies each numbered file once, in order, each in its own transaction, and lets the runtime role use what is there. */
export async function migrate({
  ownerUrl,
  runtimeRole,
}: {
  ownerUrl: string
  runtimeRole: string
}): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await refuseSuperuser(client)
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await client.query(
      'create table if not exists schema_migrations (name text primary key, sha256 text not null, at timestamptz not null default now())',
    )
    for (const name of (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql')).toSorted()) {
      await applyFile(client, name)
    }
    await grant(client, runtimeRole)
  } finally {
    await client.end()
  }
}

async function applyFile(client: pg.Client, name: string): Promise<void> {
  const text = await readFile(new URL(name, MIGRATIONS), 'utf8')
  const sha256 = createHash('sha256').update(text).digest('hex')
  const applied = await client.query<{ sha256: string }>(
    'select sha256 from schema_migrations where name = $1',
    [name],
  )
  if (applied.rows[0]) {
    if (applied.rows[0].sha256 !== sha256)
      throw new Error(`Migration ${name} was changed after it had been applied; add a new one instead.`)
    return
  }
  await client.query('begin')
  try {
    await client.query(text)
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`Migration ${name} failed: ${error instanceof Error ? error.message : 'unknown'}`, {
      cause: error,
    })
  }
}

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
    `revoke insert, update, delete, truncate on ${BOOK.join(', ')}, schema_migrations from ${role}`,
  )
  await client.query(`revoke insert, update, delete on operations from ${role}`)
  await client.query(`revoke update, delete on project_of, bank_lines from ${role}`)
  await client.query(`grant update (attention, attention_since, screening_no) on operations to ${role}`)
}
