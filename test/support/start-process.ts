import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { quietPort } from '#embedded/process/ports.ts'

const PROJECT_DIR = fileURLToPath(new URL('../../', import.meta.url))

export type StartProcess = {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  /** Waits until it has said this, or has ended. */
  until(words: string): Promise<void>
  kill(signal: NodeJS.Signals): void
}

/** What `npm start` runs, with this environment and nothing of the test's own that could be mistaken for it. */
export function startProcess(env: Readonly<Record<string, string>>): StartProcess {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|TMPDIR|XDG_CACHE_HOME)$/.test(name),
  )
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/start.ts'], {
    cwd: PROJECT_DIR,
    env: { ...Object.fromEntries(kept), LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'close').then(
    ([code, signal]: (number | string | null)[]) => code ?? signal ?? '',
  )
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async until(words) {
      while (!stdout.includes(words) && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(child.stdout, 'data'), ended])
      }
    },
    kill: (signal) => child.kill(signal),
  }
}

/** Ports of one's own for all that `npm start` opens at a fixed place. */
export async function freePorts(): Promise<{
  PORT: string
  TEMPORAL_UI_PORT: string
  SIMULATED_BANK_PORT: string
}> {
  const [api, ui, bank] = [await quietPort(), await quietPort(), await quietPort()]
  return { PORT: `${api}`, TEMPORAL_UI_PORT: `${ui}`, SIMULATED_BANK_PORT: `${bank}` }
}
