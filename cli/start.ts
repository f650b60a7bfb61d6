import { fileURLToPath } from 'node:url'
import { onInterrupt } from '#embedded/process/interrupt.ts'
import { problemSentence } from '#embedded/start-problem.ts'
import { banner } from './banner/banner.ts'
import { readConfig } from './start/config.ts'
import { Shutdown } from './start/shutdown.ts'
import { startAll } from './start/start-all.ts'

const PROJECT_DIR = fileURLToPath(new URL('..', import.meta.url))
const INTERRUPTED = new Error('interrupted')

function progress(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Returns when the run has to end: normally after an interruption, otherwise by throwing what ended it. */
async function runUntilHalted(shutdown: Shutdown, halt: AbortController): Promise<void> {
  try {
    const config = readConfig(process.env, PROJECT_DIR)
    const { signal } = halt
    const running = await startAll({
      config,
      progress,
      shutdown,
      signal,
      onDeath: (problem) => halt.abort(problem),
    })
    signal.throwIfAborted()
    if (config.role === 'migrate') return
    process.stdout.write(banner(running))
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    signal.throwIfAborted()
  } catch (error) {
    // The first cause counts: a start whose database died fails with a lesser error of its own.
    const cause: unknown = halt.signal.aborted ? halt.signal.reason : error
    if (cause !== INTERRUPTED) throw cause
  }
}

/** @returns the exit code */
async function main(): Promise<number> {
  const shutdown = new Shutdown()
  const halt = new AbortController()
  onInterrupt({
    first: () => halt.abort(INTERRUPTED),
    second: () => {
      shutdown.kill()
      process.exit(1)
    },
  })
  process.on('uncaughtException', (error) => halt.abort(error))
  const problem = await runUntilHalted(shutdown, halt).then(
    () => undefined,
    (error: unknown) => problemSentence(error),
  )
  const unstopped = await shutdown.run(progress)
  const sentence = problem ?? unstopped[0]
  if (sentence !== undefined) process.stderr.write(`${sentence}\n`)
  return sentence === undefined ? 0 : 1
}

// A terminal that is closed takes its output with it; the servers still have to be stopped.
process.stdout.on('error', () => undefined)
process.exit(await main())
