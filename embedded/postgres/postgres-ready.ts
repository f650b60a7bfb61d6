import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess } from '../process/server-process.ts'
import { StartProblem } from '../start-problem.ts'

export type Watched = {
  readonly cluster: string
  readonly log: string
  /** Where this run's lines begin in a log that is kept from run to run. */
  readonly logStart: number
  readonly progress: (line: string) => void
}

const POLL_MS = 50
const PROGRESS_EVERY_MS = 10_000
/** Recovery after a crash replays what no checkpoint covers; beyond this something else is wrong. */
const READY_WITHIN_MS = 300_000

/** Waits for our own process to say that it is ready; a stranger on the same port does not count. */
export async function untilPostgresIsReady(server: ServerProcess, watched: Watched): Promise<void> {
  const began = Date.now()
  for (let nextWord = PROGRESS_EVERY_MS; ; await sleep(POLL_MS)) {
    if (server.isGone()) throw await startFailure(watched)
    if (await saysReady(watched.cluster, server.pid)) return
    const waitedMs = Date.now() - began
    if (waitedMs > READY_WITHIN_MS) throw await startFailure(watched)
    if (waitedMs < nextWord) continue
    watched.progress(`Postgres is still recovering its data (${Math.round(waitedMs / 1000)} s).`)
    nextWord += PROGRESS_EVERY_MS
  }
}

export async function logSize(log: string): Promise<number> {
  return stat(log).then(
    ({ size }) => size,
    () => 0,
  )
}

/** Postgres keeps its process id on the first line of its pid file, and its state on the eighth. */
async function saysReady(cluster: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

async function startFailure({ cluster, log, logStart }: Watched): Promise<StartProblem> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).slice(logStart).split('\n')
  const reason = [/FATAL|PANIC/, /could not/, /\S/].map((words) => lines.findLast((line) => words.test(line)))
  const words = (reason.find(Boolean) ?? 'it gave no reason')
    .replace(/^.*?(?:FATAL:|PANIC:|postgres:|but)\s*/, '')
    .trim()
  return new StartProblem(
    `Postgres does not start on ${cluster} (${words}): see ${log}, or set SLUICE_DATA to an empty directory to begin anew.`,
  )
}
