import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import type { ServerProcess } from '../process/server-process.ts'
import { StartProblem } from '../start-problem.ts'
import { ensureNamespace } from './namespace.ts'

export type Watched = {
  readonly server: Pick<ServerProcess, 'isGone'>
  readonly log: string
  readonly progress: (line: string) => void
}

const NAMESPACE = 'default'
/** As with Postgres: a busy machine may take long, and it says that it is still at it. */
const READY_WITHIN_MS = 300_000
const PROGRESS_EVERY_MS = 10_000
const POLL_MS = 100

/** Serving means that it answers, and that the namespace is as workflows need it. */
export async function untilTemporalServes(address: string, watched: Watched): Promise<void> {
  const began = Date.now()
  for (let nextWord = PROGRESS_EVERY_MS; !watched.server.isGone(); await sleep(POLL_MS)) {
    if (await isPrepared(address)) return
    const waitedMs = Date.now() - began
    if (waitedMs > READY_WITHIN_MS) break
    if (waitedMs < nextWord) continue
    watched.progress(`Temporal is still starting (${Math.round(waitedMs / 1000)} s).`)
    nextWord += PROGRESS_EVERY_MS
  }
  const { log } = watched
  throw new StartProblem(
    `Temporal does not start (${await lastLine(log)}): see ${log}, or set SLUICE_DATA to an empty directory to begin anew.`,
  )
}

/** False while it does not answer, or answers that it is not there yet with everything. */
async function isPrepared(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 }).catch(() => undefined)
  if (!connection) return false
  try {
    await ensureNamespace(connection, NAMESPACE)
    return true
  } catch {
    return false
  } finally {
    await connection.close()
  }
}

async function lastLine(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '')
  return text.trim().split('\n').at(-1)?.slice(0, 200) || 'it gave no reason'
}
