import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import { ensureNamespace } from '#embedded/temporal/namespace.ts'
import { startPostgres, type Postgres } from '#embedded/postgres/postgres.ts'
import { findTemporalBinary } from '#embedded/temporal/temporal-binary.ts'
import { CLUSTER_VERSION } from '#embedded/temporal/temporal-cluster-binaries.ts'
import { startTemporalCluster } from '#embedded/temporal/temporal-cluster.ts'
import { startTemporal } from '#embedded/temporal/temporal.ts'
import type { Processes } from './row.ts'
import { createTemplate } from './databases.ts'
import { demandDurability } from './durability.ts'
import type { Options } from './options.ts'

export type Servers = {
  readonly postgres: Postgres
  /** Undefined where no row needs it. */
  readonly temporal:
    | { readonly address: string; readonly processes: Processes; readonly words: string }
    | undefined
  stop(): Promise<void>
  kill(): void
}

type Stoppable = { stop(): Promise<void>; kill(): void }

/** Postgres with the product's own settings and, where rows need it, Temporal; all in a directory that is gone afterwards. */
export async function startServers(
  { temporal: kind }: Pick<Options, 'temporal'>,
  { needsTemporal, progress }: { needsTemporal: boolean; progress: (line: string) => void },
): Promise<Servers> {
  const scratchDir = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
  const started: Stoppable[] = []
  const stop = async () => {
    for (const server of started.toReversed()) await server.stop()
    await rm(scratchDir, { recursive: true, force: true })
  }
  try {
    progress('Starting Postgres.')
    const postgres = await startPostgres({ dataDir: join(scratchDir, 'postgres'), progress })
    started.push(postgres)
    await demandDurability(postgres.ownerUrl)
    await createTemplate(postgres)
    const temporal = needsTemporal ? await startKind(kind, { scratchDir, progress }) : undefined
    if (temporal) started.push(temporal)
    return { postgres, temporal, stop, kill: () => started.forEach((server) => server.kill()) }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startKind(
  kind: Options['temporal'],
  { scratchDir, progress }: { scratchDir: string; progress: (line: string) => void },
) {
  progress('Starting Temporal.')
  if (kind === 'postgres') {
    const cluster = await startTemporalCluster({ dataDir: join(scratchDir, 'temporal'), progress })
    const processes = { Temporal: cluster.server.pid, 'Temporal’s Postgres': cluster.postgres.pid }
    return {
      ...cluster,
      processes,
      words: `temporal-server ${CLUSTER_VERSION} over a second Postgres on this machine`,
    }
  }
  const binary = await findTemporalBinary({ env: process.env, progress })
  const server = await startTemporal({ binary, dataDir: join(scratchDir, 'temporal'), progress })
  return { ...server, processes: { Temporal: server.pid }, words: 'dev server, SQLite in a file' }
}

/** Usable as soon as this returns. */
export async function createNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address })
  try {
    await ensureNamespace(connection, namespace)
  } finally {
    await connection.close()
  }
}
