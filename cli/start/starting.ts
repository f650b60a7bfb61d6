import type { ServerProcess } from '#embedded/process/server-process.ts'
import { StartProblem } from '#embedded/start-problem.ts'
import type { Administrator } from './administrator.ts'
import type { Config, OutsideBank, TemporalTarget } from './config.ts'
import type { Shutdown, Stoppable } from './shutdown.ts'

/** Below the data directory. */
export const POSTGRES_DIR = 'postgres'
export const TEMPORAL_DIR = 'temporal'

/** What every step of a start is given. */
export type Starting = {
  readonly config: Config
  readonly progress: (line: string) => void
  readonly shutdown: Shutdown
  /** Aborted where the start, or the run after it, has to end. */
  readonly signal: AbortSignal
  /** A server that should go on running is gone. */
  readonly onDeath: (problem: StartProblem) => void
}

export type Databases = { readonly ownerUrl: string; readonly url: string; readonly runtimeRole: string }

export type Cluster = { readonly target: TemporalTarget; readonly uiUrl: string | undefined }

/** What workers and API are started with. */
export type Outside = {
  readonly database: Databases
  readonly cluster: Cluster
  readonly banks: { readonly simulated?: OutsideBank }
  readonly secretKey: string | undefined
  /** `host:port` of this machine that platforms may be at: the sandbox, where it runs here. */
  readonly platformAllow: readonly string[]
}

/** What is told to the person who started it; undefined where that part does not run here. */
export type Running = {
  readonly apiUrl: string | undefined
  readonly temporalUiUrl: string | undefined
  readonly simulated: { readonly url: string; readonly keyIsIn: string } | undefined
  /** Only where the password was made here. */
  readonly administrator: Administrator | undefined
}

/** Registers a part to be stopped; a start that was interrupted meanwhile goes no further. */
export function started({ shutdown, signal }: Starting, part: Stoppable): void {
  shutdown.add(part)
  signal.throwIfAborted()
}

type Server = Pick<ServerProcess, 'exited' | 'stop' | 'kill'> & {
  readonly name: string
  readonly log: string
}

export function startedServer(starting: Starting, { name, log, exited, stop, kill }: Server): void {
  void exited.then(() => {
    starting.onDeath(new StartProblem(`${name} has stopped by itself: see ${log}, then start again.`))
  })
  started(starting, { name, stop, kill })
}
