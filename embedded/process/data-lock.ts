import { link, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartProblem } from '../start-problem.ts'
import { readLiveProcess, removeProcessFile, writeProcessFile } from './process-file.ts'

/** One process at a time on a data directory. @returns how to let go of it */
export async function lockData(dataDir: string): Promise<() => Promise<void>> {
  const file = join(dataDir, 'sluice.pid')
  // Written beside and linked: the lock appears whole, and only where there is none.
  const beside = `${file}.${process.pid}.${process.hrtime.bigint()}`
  await writeProcessFile(beside, process.pid)
  try {
    if (!(await linked(beside, file))) await takeOver(file, { dataDir, beside })
  } finally {
    await rm(beside, { force: true })
  }
  return () => removeProcessFile(file)
}

const TURN_TRIES = 300
const TURN_PAUSE_MS = 10

/** What was left behind is removed by one at a time, who looks again: else one might remove what another has just put there. */
async function takeOver(
  file: string,
  { dataDir, beside }: { dataDir: string; beside: string },
): Promise<void> {
  const turn = `${file}.turn`
  for (let tries = 0; !(await linked(beside, turn)); tries += 1) {
    if (tries === TURN_TRIES) throw inUse(dataDir, await readLiveProcess(turn))
    if (await isLeftBehind(turn)) await rm(turn, { force: true })
    else await sleep(TURN_PAUSE_MS)
  }
  try {
    const holder = await readLiveProcess(file)
    if (holder !== undefined) throw inUse(dataDir, holder)
    await rm(file, { force: true })
    if (!(await linked(beside, file))) throw inUse(dataDir, await readLiveProcess(file))
  } finally {
    await rm(turn, { force: true })
  }
}

/** By a process that is gone; not where it is gone itself meanwhile, or is another one. */
async function isLeftBehind(file: string): Promise<boolean> {
  const inode = async () => (await stat(file).catch(() => undefined))?.ino
  const before = await inode()
  return before !== undefined && (await readLiveProcess(file)) === undefined && (await inode()) === before
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

function inUse(dataDir: string, holder: number | undefined): StartProblem {
  return new StartProblem(
    `Sluice already runs on ${dataDir} (process ${holder ?? 'just started'}): stop it first, or set SLUICE_DATA to another directory.`,
  )
}
