import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Stage } from '../row.ts'

type Line = {
  readonly externalId: string
  readonly owner: string
  readonly type: string
  readonly projectId: string
  readonly by: string
}

export type PlainTable = {
  /** @returns seconds */
  copy(lines: readonly Line[]): Promise<number>
  close(): Promise<void>
}

/** As `accounts` is, with all its indexes and checks, and without foreign keys. */
export async function openPlainTable({ ownerUrl }: Pick<Stage, 'ownerUrl'>): Promise<PlainTable> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  await client.query('create table plain_accounts (like accounts including all)')
  return {
    async copy(lines) {
      const text = lines.map(
        ({ projectId, externalId, owner, type, by }) =>
          `${randomUUID()}\t${projectId}\t${type}\t${externalId}\t${owner}\tt\t${by}\n`,
      )
      const began = performance.now()
      const columns = 'id, project_id, type, external_id, organization_id, active, created_by'
      await pipeline(
        Readable.from([text.join('')]),
        client.query(copyFrom(`copy plain_accounts (${columns}) from stdin`)),
      )
      return (performance.now() - began) / 1_000
    },
    async close() {
      await client.query('drop table plain_accounts')
      await client.end()
    },
  }
}
