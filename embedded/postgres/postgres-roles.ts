import { Client } from 'pg'

export type Passwords = { readonly superuser: string; readonly owner: string; readonly app: string }

export const OWNER_ROLE = 'sluice_owner'
export const APP_ROLE = 'sluice_app'
export const DATABASE = 'sluice'

/** Brings both roles and the database to the wanted state; what exists stays, so it may run at every start. */
export async function ensureRoles(superuserUrl: string, passwords: Passwords): Promise<void> {
  const client = new Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    await ensureRole(client, { role: OWNER_ROLE, attributes: 'createdb', password: passwords.owner })
    await ensureRole(client, { role: APP_ROLE, attributes: 'nocreatedb', password: passwords.app })
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (!rowCount) await client.query(`create database ${DATABASE} owner ${OWNER_ROLE}`)
  } finally {
    await client.end()
  }
}

type Role = { readonly role: string; readonly attributes: string; readonly password: string }

async function ensureRole(client: Client, { role, attributes, password }: Role): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
  if (!rowCount) await client.query(`create role ${role}`)
  // Row-level security is what keeps tenants apart, and neither a superuser nor BYPASSRLS is held by it.
  await client.query(
    `alter role ${role} with login nosuperuser nobypassrls nocreaterole noreplication ${attributes}
       password ${client.escapeLiteral(password)}`,
  )
}
