import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartProblem } from '../start-problem.ts'
import { readLiveProcess, removeProcessFile, writeProcessFile } from './process-file.ts'

export type Command = {
  readonly file: string
  readonly args: readonly string[]
  readonly uid?: number
  readonly gid?: number
}

/** How a server is asked to stop, how long that may take, and the signal that it obeys at once. */
export type StopPlan = {
  readonly ask: NodeJS.Signals
  readonly patienceMs: number
  readonly force: NodeJS.Signals
}

export type ServerFiles = { readonly log: string; readonly pid: string }

export type ServerProcess = {
  readonly pid: number
  /** Settles when the process is gone, for whatever reason. */
  readonly exited: Promise<void>
  isGone(): boolean
  stop(): Promise<void>
  /** Forces it, without waiting. */
  kill(): void
}

const POLL_MS = 50
const FORCE_PATIENCE_MS = 10_000

/**
 * Starts a server in a session of its own, so that Ctrl-C in the terminal reaches us alone and we stop things in order.
 * The pid file lets the next start find it if we are killed before we can.
 */
export async function startServerProcess(
  command: Command,
  { files, stopPlan }: { files: ServerFiles; stopPlan: StopPlan },
): Promise<ServerProcess> {
  const { child, exited } = await spawnDetached(command, files.log)
  const { pid } = child
  if (pid === undefined) throw new StartProblem(`${command.file} cannot be run: check that it is a program.`)
  const isGone = () => child.exitCode !== null || child.signalCode !== null
  await writeProcessFile(files.pid, pid)
  return {
    pid,
    exited,
    isGone,
    async stop() {
      await signalUntilGone(pid, { stopPlan, isGone })
      await exited
      await removeProcessFile(files.pid)
    },
    kill: () => sendSignal(pid, stopPlan.force),
  }
}

/** Stops what a run that was killed has left behind. */
export async function stopStaleServer(pidFile: string, stopPlan: StopPlan): Promise<void> {
  const pid = await readLiveProcess(pidFile)
  if (pid === undefined) return
  await signalUntilGone(pid, { stopPlan, isGone: async () => (await readLiveProcess(pidFile)) === undefined })
  await removeProcessFile(pidFile)
}

type Spawned = { readonly child: ChildProcess; readonly exited: Promise<void> }

async function spawnDetached({ file, args, ...user }: Command, logFile: string): Promise<Spawned> {
  const log = await open(logFile, 'a', 0o600)
  try {
    const stdio: StdioOptions = ['ignore', log.fd, log.fd]
    // From `/`, because a server that runs as another user may not be allowed to stand where we do.
    const child = spawn(file, args, { ...user, cwd: '/', detached: true, stdio })
    // From the first moment: a program that fails at once is gone before anything else is awaited.
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    })
    return { child, exited }
  } finally {
    await log.close()
  }
}

type Gone = { readonly stopPlan: StopPlan; readonly isGone: () => boolean | Promise<boolean> }

async function signalUntilGone(pid: number, { stopPlan, isGone }: Gone): Promise<void> {
  const steps = [
    { signal: stopPlan.ask, patienceMs: stopPlan.patienceMs },
    { signal: stopPlan.force, patienceMs: FORCE_PATIENCE_MS },
    { signal: 'SIGKILL', patienceMs: FORCE_PATIENCE_MS },
  ] as const
  for (const { signal, patienceMs } of steps) {
    const deadline = Date.now() + patienceMs
    for (let sent = false; Date.now() < deadline; await sleep(POLL_MS)) {
      if (await isGone()) return
      if (!sent) sendSignal(pid, signal)
      sent = true
    }
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}
