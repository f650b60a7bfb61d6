import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** One process of the stack, which a fault may kill or freeze. It is started again as a supervisor would. */
export type Part = {
  readonly name: string
  /** How often it ended without being killed by us. */
  readonly ownExits: () => number
  readonly isUp: () => boolean
  start(): Promise<void>
  /** A power cut, as far as this process can tell. It stays down until `start`. */
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  /** For good. */
  stop(): Promise<void>
}

type Program = {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly log: string
  /** What it does not know any more once it was started again. */
  readonly afterRestart?: () => Promise<void>
}

const RESTART_PAUSE_MS = 300

/** A program that keeps nothing of its own, or keeps it in files: it can be killed at any moment. */
export function createPart({ name, file, args, cwd, env, log, afterRestart }: Program): Part {
  let child: ReturnType<typeof spawn> | undefined
  let isWanted = false
  let exits = 0
  atExit(() => child?.kill('SIGKILL'))

  function launch(): void {
    const output = openSync(log, 'a')
    const started = spawn(file, args, {
      cwd,
      env: { ...keptEnvironment(), ...env },
      stdio: ['ignore', output, output],
    })
    closeSync(output)
    child = started
    started.once('exit', () => void restart(started))
    started.once('error', () => undefined)
  }

  /** As containers with `restart: unless-stopped` do. */
  async function restart(ended: typeof child): Promise<void> {
    if (!isWanted || child !== ended) return
    exits += 1
    await sleep(RESTART_PAUSE_MS)
    if (!isWanted || child !== ended) return
    launch()
    await afterRestart?.()
  }

  async function end(): Promise<void> {
    isWanted = false
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = once(ending, 'exit')
    ending.kill('SIGKILL')
    await ended
  }

  return {
    name,
    ownExits: () => exits,
    isUp: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    start: async () => {
      isWanted = true
      if (!child) launch()
    },
    kill: end,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    stop: end,
  }
}

/** A run that is broken off leaves nothing behind. */
function atExit(work: () => void): void {
  process.setMaxListeners(0)
  process.once('exit', work)
}

/** Nothing of ours that could be mistaken for the product's settings. */
function keptEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      /^(PATH|HOME|TMPDIR|XDG_CACHE_HOME)$/.test(entry[0]) && entry[1] !== undefined,
  )
  return Object.fromEntries(kept)
}

/** What `startPostgres` and `startTemporal` give. */
type Server = { readonly pid: number; readonly exited: Promise<void>; stop(): Promise<void>; kill(): void }

/** A server that `embedded/` starts. `kill` is SIGKILL, for Postgres the immediate shutdown, which crashes it just as well. */
export function createServerPart(name: string, launch: () => Promise<Server>): Part {
  let server: Server | undefined
  atExit(() => {
    signal(server, 'SIGCONT')
    server?.kill()
  })
  return {
    name,
    ownExits: () => 0,
    isUp: () => server !== undefined,
    start: async () => {
      server ??= await launch()
    },
    kill: async () => {
      const ending = server
      server = undefined
      ending?.kill()
      await ending?.exited
    },
    freeze: () => signal(server, 'SIGSTOP'),
    thaw: () => signal(server, 'SIGCONT'),
    stop: async () => {
      signal(server, 'SIGCONT')
      await server?.stop()
      server = undefined
    },
  }
}

function signal(server: Server | undefined, name: NodeJS.Signals): void {
  try {
    if (server) process.kill(server.pid, name)
  } catch {
    // It has ended by itself, which the next start shows.
  }
}
