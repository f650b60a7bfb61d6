import { link, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readLiveProcess, removeProcessFile, writeProcessFile } from './process-file.ts'
import { StartProblem } from './start-problem.ts'

/** One process at a time on a data directory. @returns how to let go of it */
export async function lockData(dataDir: string): Promise<() => Promise<void>> {
  const file = join(dataDir, 'sluice.pid')
  // Written beside and linked: the lock appears whole, and only where there is none.
  const beside = `${file}.${process.pid}.${process.hrtime.bigint()}`
  await writeProcessFile(beside, process.pid)
  try {
    if (!(await linked(beside, file))) {
      await removeStale(file, { dataDir, aside: `${beside}.stale` })
      if (!(await linked(beside, file))) throw inUse(dataDir, await readLiveProcess(file))
    }
  } finally {
    await rm(beside, { force: true })
  }
  return () => removeProcessFile(file)
}

/** Looks again after the rename: between look and rename another start may have put its own lock there. */
async function removeStale(
  file: string,
  { dataDir, aside }: { dataDir: string; aside: string },
): Promise<void> {
  const holder = await readLiveProcess(file)
  if (holder !== undefined) throw inUse(dataDir, holder)
  await rename(file, aside).catch(unless('ENOENT'))
  const another = await readLiveProcess(aside)
  if (another !== undefined) await linked(aside, file)
  await rm(aside, { force: true })
  if (another !== undefined) throw inUse(dataDir, another)
}

function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
}

function unless(code: string): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== code) throw error
  }
}

function inUse(dataDir: string, holder: number | undefined): StartProblem {
  return new StartProblem(
    `Sluice already runs on ${dataDir} (process ${holder ?? 'just started'}): stop it first, or set SLUICE_DATA to another directory.`,
  )
}
