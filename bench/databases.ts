import { Client } from 'pg'
import { findBookFaults, type BookFault } from '#db/reports/check-book.ts'
import { connect, inProject } from '#db/connection.ts'
import { migrate } from '#db/migrate.ts'
import { listProjectIds } from '#db/identity/project-of.ts'
import { APP_ROLE } from '#embedded/postgres/postgres-roles.ts'
import type { Postgres } from '#embedded/postgres/postgres.ts'

type Urls = Pick<Postgres, 'ownerUrl' | 'appUrl'>

const TEMPLATE = 'bench_template'

export async function createTemplate({ ownerUrl }: Urls): Promise<void> {
  await asOwner(ownerUrl, `create database ${TEMPLATE}`)
  await migrate({ ownerUrl: named(TEMPLATE, ownerUrl), runtimeRole: APP_ROLE })
}

/** Migrated, and empty. */
export async function createDatabase(
  { ownerUrl, appUrl }: Urls,
  name: string,
): Promise<Urls & { drop(): Promise<void> }> {
  await asOwner(ownerUrl, `create database ${name} template ${TEMPLATE}`)
  return {
    ownerUrl: named(name, ownerUrl),
    appUrl: named(name, appUrl),
    // Where a part died, its sessions may still end, and the owner may not end them; the whole server goes at last.
    drop: () => asOwner(ownerUrl, `drop database ${name}`).catch(() => undefined),
  }
}

/** The laws of the book over every project in it. A figure from a book that is wrong is worth nothing. */
export async function checkBooks({ ownerUrl }: Pick<Urls, 'ownerUrl'>): Promise<BookFault[]> {
  const db = connect(ownerUrl, 1)
  try {
    const faults: BookFault[] = []
    for (const projectId of await listProjectIds(db)) {
      const found = await inProject(db, projectId, async (trx) => {
        // A million postings take longer than any request may.
        await trx.raw('set local statement_timeout = 0')
        return findBookFaults(trx)
      })
      faults.push(...found)
    }
    return faults
  } finally {
    await db.destroy()
  }
}

async function asOwner(ownerUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function named(database: string, url: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href
}
