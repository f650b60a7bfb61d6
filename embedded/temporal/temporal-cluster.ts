import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { startPostgres, type Postgres } from '../postgres/postgres.ts'
import { freePort } from '../process/ports.ts'
import {
  startServerProcess,
  stopStaleServer,
  type ServerProcess,
  type StopPlan,
} from '../process/server-process.ts'
import { findClusterBinaries, type ClusterBinaries } from './temporal-cluster-binaries.ts'
import { clusterConfig, DATABASES } from './temporal-cluster-config.ts'
import { untilTemporalServes } from './temporal-ready.ts'

export type TemporalCluster = {
  readonly address: string
  readonly server: ServerProcess
  /** Its own, apart from the product's. */
  readonly postgres: Postgres
  stop(): Promise<void>
  kill(): void
}

export type ClusterOptions = {
  /** What it kept there last time it finds again. */
  readonly dataDir: string
  readonly port?: number
  readonly progress: (line: string) => void
}

const run = promisify(execFile)

const STOP_PLAN: StopPlan = { ask: 'SIGINT', patienceMs: 30_000, force: 'SIGKILL' }

/**
 * Temporal as a cluster runs it, all its services in one process, over a Postgres of its own with the product's settings:
 * for measuring and tormenting. The product itself brings the dev server, or is told where a cluster is.
 */
export async function startTemporalCluster(options: ClusterOptions): Promise<TemporalCluster> {
  const { progress } = options
  const dataDir = resolve(options.dataDir)
  const binaries = await findClusterBinaries(progress)
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), progress })
  try {
    for (const [database, schema] of Object.entries(DATABASES))
      await ensureSchema(binaries, postgres, { database, schema })
    const { server, address } = await serve(binaries, postgres, { ...options, dataDir })
    return {
      address,
      server,
      postgres,
      stop: async () => {
        await server.stop()
        await postgres.stop()
      },
      kill: () => {
        server.kill()
        postgres.kill()
      },
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

async function serve(
  binaries: ClusterBinaries,
  postgres: Postgres,
  { dataDir, port, progress }: ClusterOptions,
): Promise<{ server: ServerProcess; address: string }> {
  const grpcPort = port ?? (await freePort())
  const [configFile, dynamicFile] = [join(dataDir, 'config.yaml'), join(dataDir, 'dynamic.yaml')]
  // The server demands that the file is there, not that anything is in it.
  await writeFile(dynamicFile, '{}\n')
  // JSON is YAML, too.
  const config = await clusterConfig({ ownerUrl: postgres.ownerUrl, grpcPort, dynamicFile })
  await writeFile(configFile, JSON.stringify(config, undefined, 2), { mode: 0o600 })
  const files = { log: join(dataDir, 'temporal.log'), pid: join(dataDir, 'temporal.pid') }
  await stopStaleServer(files.pid, STOP_PLAN)
  const args = ['--config-file', configFile, '--allow-no-auth', 'start']
  const server = await startServerProcess({ file: binaries.server, args }, { files, stopPlan: STOP_PLAN })
  const address = `127.0.0.1:${grpcPort}`
  try {
    await untilTemporalServes(address, { server, log: files.log, progress })
    return { server, address }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Safe at every start: a database that is there is only brought up to date. */
async function ensureSchema(
  { sqlTool, schemaDir }: ClusterBinaries,
  { ownerUrl }: Postgres,
  { database, schema }: { database: string; schema: string },
): Promise<void> {
  const { hostname, port, username, password } = new URL(ownerUrl)
  const isNew = await createMissing(ownerUrl, database)
  const env = {
    SQL_PLUGIN: 'postgres12',
    SQL_HOST: hostname,
    SQL_PORT: port,
    SQL_USER: username,
    SQL_PASSWORD: password,
  }
  const tool = (...args: string[]) =>
    run(sqlTool, ['--db', database, ...args], { env: { ...process.env, ...env } })
  if (isNew) await tool('setup-schema', '-v', '0.0')
  await tool('update-schema', '-d', join(schemaDir, schema, 'versioned'))
}

/** @returns false where it was there already */
async function createMissing(ownerUrl: string, database: string): Promise<boolean> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (rowCount) return false
    await client.query(`create database ${database}`)
    return true
  } finally {
    await client.end()
  }
}
