import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const PREFIX = 'unfinished-'

/**
 * Works in a folder beside the target, on the same disk, so that what is whole can be renamed to it. The folder is gone afterwards,
 * and so are those of processes that were killed at it: the next call begins again without being asked.
 */
export async function workBeside<Result>(
  target: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const parent = dirname(target)
  await mkdir(parent, { recursive: true })
  await removeAbandoned(parent)
  const folder = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, pid] = /^unfinished-(\d+)-/.exec(name) ?? []
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

/** A process that is somebody else's by now only delays the removal. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
