import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, stopStalePostgres } from '#embedded/postgres.ts'
import { readLiveProcess, writeProcessFile } from '#embedded/process-file.ts'
import { findTemporalBinary } from '#embedded/temporal-binary.ts'
import { startTemporal, stopStaleTemporal } from '#embedded/temporal.ts'

export type Servers = {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly temporalAddress: string
  stop(): Promise<void>
  kill(): void
}

const PREFIX = 'sluice-test-'
/** A test's data need not outlive a power cut. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** One Postgres and one Temporal for a whole test run, in a folder that names its run. */
export async function startServers(): Promise<Servers> {
  await sweep()
  const folder = await ownFolder()
  const binary = await findTemporalBinary({ env: process.env, progress })
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    settings: FAST,
    progress: () => undefined,
  })
  try {
    const temporal = await startTemporal({ binary, scratchDir: join(folder, 'temporal'), progress })
    return {
      ownerUrl: postgres.ownerUrl,
      appUrl: postgres.appUrl,
      temporalAddress: temporal.address,
      async stop() {
        await Promise.all([temporal.stop(), postgres.stop()])
        await rm(folder, { recursive: true, force: true })
      },
      kill() {
        temporal.kill()
        postgres.kill()
      },
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** It appears under its name only with its owner in it, or another run's sweep would take it away. */
async function ownFolder(): Promise<string> {
  const name = `${process.pid}-${Date.now()}`
  const unnamed = join(tmpdir(), `sluice-new-${name}`)
  await mkdir(unnamed)
  await writeProcessFile(join(unnamed, 'run.pid'), process.pid)
  const folder = join(tmpdir(), PREFIX + name)
  await rename(unnamed, folder)
  return folder
}

/** Stops and removes what runs that were killed have left; a run that goes on is left alone. */
async function sweep(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  for (const folder of names.map((name) => join(tmpdir(), name))) {
    if ((await readLiveProcess(join(folder, 'run.pid'))) !== undefined) continue
    await stopStaleTemporal(join(folder, 'temporal'))
    await stopStalePostgres(join(folder, 'postgres'))
    await rm(folder, { recursive: true, force: true })
  }
}
