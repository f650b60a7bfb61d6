import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A part of the product in a process of its own. */
export type Part<Up> = {
  readonly pid: number
  readonly up: Up
  /** Resident bytes after a garbage collection. */
  memory(): Promise<number>
  stop(): Promise<void>
}

/** Where `SLUICE_BENCH_PROFILE` names a directory, each part leaves its CPU profile there. */
const PROFILE_DIR = process.env['SLUICE_BENCH_PROFILE']

export async function startPart<Up>(script: string, config: object): Promise<Part<Up>> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const profile = PROFILE_DIR === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${PROFILE_DIR}`]
  const child = fork(path, [JSON.stringify(config)], {
    execArgv: ['--import', 'tsx', '--expose-gc', ...profile],
    // Logs are written as in use, and nobody reads them here.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { up } = (await answerOf(child)) as { up: Up }
  return {
    pid: child.pid ?? 0,
    up,
    memory: async () => {
      child.send('memory')
      const { bytes } = (await answerOf(child)) as { bytes: number }
      return bytes
    },
    stop: async () => {
      const ended = once(child, 'exit')
      child.send('end')
      await ended
    },
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const listening = new AbortController()
  const { signal } = listening
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]: unknown[]) => message),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a part ended with ${String(code)}`)
      }),
    ])
  } finally {
    listening.abort()
  }
}
