import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopStalePostgres } from '#embedded/postgres/postgres.ts'
import { readLiveProcess, writeProcessFile } from '#embedded/process/process-file.ts'
import { stopStaleTemporal } from '#embedded/temporal/temporal.ts'

const PREFIX = 'sluice-test-'

/** A folder for the servers of one test run. It gets its name only once its owner stands in it, or another run would sweep it away. */
export async function createRunFolder(): Promise<string> {
  await sweep()
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
