import { Client } from 'pg'
import { APP_ROLE } from '#embedded/postgres/postgres-roles.ts'
import { migrate } from '#db/migrate.ts'
import { urlOf } from './database-url.ts'

export const TEMPLATE = 'sluice_template'

/** A migrated database that every test file's own one is a copy of. */
export async function createTemplate(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`create database ${TEMPLATE}`)
  } finally {
    await client.end()
  }
  await migrate({ ownerUrl: urlOf(TEMPLATE, ownerUrl), runtimeRole: APP_ROLE })
}
