import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { urlOf } from './database-url.ts'
import { demandVariable } from './demand-variable.ts'
import { TEMPLATE } from './template.ts'

export type TestDatabase = {
  /** For the runtime role, as the API and the workers connect. */
  readonly url: string
  readonly ownerUrl: string
  drop(): Promise<void>
}

/** A migrated, empty database of one's own, for one test file. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await asOwner(`create database ${name} template ${TEMPLATE}`)
  return {
    url: urlOf(name, demandVariable('TEST_APP_URL')),
    ownerUrl: urlOf(name, demandVariable('TEST_OWNER_URL')),
    drop: () => asOwner(`drop database ${name} with (force)`),
  }
}

async function asOwner(statement: string): Promise<void> {
  const client = new Client({ connectionString: demandVariable('TEST_OWNER_URL') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
