import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { urlOf } from './database-url.ts'
import { demandVariable } from './demand-variable.ts'
import { pause } from './poll.ts'
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
    drop: () => drop(name),
  }
}

/** Autovacuum may be at work in it, which only a superuser may end; it ends by itself in a moment. */
async function drop(name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await asOwner(`drop database ${name} with (force)`)
      return
    } catch (error) {
      if (tries === DROP_TRIES || !isForbidden(error)) throw error
      await pause(500)
    }
  }
}
const DROP_TRIES = 20

function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501'
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
