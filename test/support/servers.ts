import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startPostgres } from '#embedded/postgres/postgres.ts'
import { findTemporalBinary } from '#embedded/temporal/temporal-binary.ts'
import { startTemporal } from '#embedded/temporal/temporal.ts'
import { bundleOnce } from '#workers/main.ts'
import { createRunFolder } from './run-folder.ts'
import { createTemplate } from './template.ts'
import { prepareTools, say } from './tools.ts'

/** A test's data need not outlive a power cut. Each file that runs beside others has pools of its own. */
const POSTGRES_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '400',
}
/** How soon the server knows a namespace that a test file has just made. */
const TEMPORAL_SETTINGS = { 'system.namespaceCacheRefreshInterval': '"200ms"' }

type Server = { stop(): Promise<void>; kill(): void }

let folder: string | undefined
const running: Server[] = []

/** Everything that any test needs. */
export async function startRun(): Promise<void> {
  await startPostgresOnce()
  await startTemporalOnce()
}

/** One Postgres for the whole run, with a migrated database to copy. Tests read from the environment where it is. */
export function startPostgresOnce(): Promise<void> {
  return once('TEST_OWNER_URL', async () => {
    const dataDir = join(await openFolder(), 'postgres')
    const postgres = await startPostgres({ dataDir, settings: POSTGRES_SETTINGS, progress: () => undefined })
    running.push(postgres)
    await createTemplate(postgres.ownerUrl)
    return { TEST_OWNER_URL: postgres.ownerUrl, TEST_APP_URL: postgres.appUrl }
  })
}

/** One Temporal server for the whole run, and the workflows bundled once for all workers of its tests. */
function startTemporalOnce(): Promise<void> {
  return once('TEST_TEMPORAL_ADDRESS', async () => {
    await prepareTools()
    const scratch = await openFolder()
    const temporal = await startTemporal({
      binary: await findTemporalBinary({ env: process.env, progress: say }),
      scratchDir: join(scratch, 'temporal'),
      settings: TEMPORAL_SETTINGS,
      progress: say,
    })
    running.push(temporal)
    const bundle = join(scratch, 'workflows.js')
    await writeFile(bundle, (await bundleOnce()).code)
    return { TEST_TEMPORAL_ADDRESS: temporal.address, TEST_WORKFLOW_BUNDLE: bundle }
  })
}

export async function stopRun(): Promise<void> {
  for (const server of running.splice(0).toReversed()) await server.stop()
  if (folder) await rm(folder, { recursive: true, force: true })
  folder = undefined
}

/** Tells where it is through the environment. What fails is stopped here: Jest runs no teardown after it. */
async function once(variable: string, start: () => Promise<Record<string, string>>): Promise<void> {
  if (process.env[variable]) return
  try {
    Object.assign(process.env, await start())
  } catch (error) {
    await stopRun()
    throw error
  }
}

async function openFolder(): Promise<string> {
  if (folder !== undefined) return folder
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt(signal))
  folder = await createRunFolder()
  return folder
}

function interrupt(signal: NodeJS.Signals): void {
  for (const server of running) server.kill()
  process.kill(process.pid, signal)
}
