import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort, onFreePort } from '../process/ports.ts'
import {
  startServerProcess,
  stopStaleServer,
  type ServerProcess,
  type StopPlan,
} from '../process/server-process.ts'
import { untilTemporalServes } from './temporal-ready.ts'

export type TemporalOptions = {
  readonly binary: string
  /** Undefined keeps everything in memory, and nothing afterwards. */
  readonly dataDir?: string
  /** Where log and pid file stand meanwhile, when there is no dataDir. */
  readonly scratchDir?: string
  readonly port?: number
  /** Dynamic configuration of the server, for what has no flag. */
  readonly settings?: Readonly<Record<string, string>>
  /** Undefined runs without the Web UI. */
  readonly uiPort?: number
  readonly progress: (line: string) => void
}

export type Temporal = Pick<ServerProcess, 'pid' | 'exited' | 'stop' | 'kill'> & {
  readonly address: string
  readonly uiUrl?: string
}

const STOP_PLAN: StopPlan = { ask: 'SIGINT', patienceMs: 15_000, force: 'SIGKILL' }

/** Where the `temporal` CLI looks by itself, so that no operator has to type an address. */
const USUAL_PORT = 7233
const PID_FILE = 'temporal.pid'

/**
 * The dev server has one history shard, and a shard reads its queue of transfers, on which every step of a workflow goes, at
 * most twenty times a second unless told otherwise: 50 ms for each step. A cluster has many shards.
 */
const SETTINGS = { 'history.transferProcessorMaxPollRPS': '1000' }

/** Temporal's development server: one process, one database file. */
export async function startTemporal(options: TemporalOptions): Promise<Temporal> {
  const scratchDir = options.scratchDir ?? join(tmpdir(), `sluice-temporal-${process.pid}-${Date.now()}`)
  const dataDir = resolve(options.dataDir ?? scratchDir)
  const inMemory = options.dataDir === undefined
  await mkdir(dataDir, { recursive: true })
  await stopStaleTemporal(dataDir)
  const { port, uiPort } = options
  const choose = async () => port ?? (inMemory ? freePort() : keptPort(dataDir))
  const { server, address } = await onFreePort(choose, (free) => serve(options, { dataDir, port: free }))
  const stop = async () => {
    await server.stop()
    if (inMemory) await rm(dataDir, { recursive: true, force: true })
  }
  return { ...server, stop, address, ...(uiPort !== undefined && { uiUrl: `http://127.0.0.1:${uiPort}` }) }
}

type Place = { readonly dataDir: string; readonly port: number }

async function serve(
  options: TemporalOptions,
  { dataDir, port }: Place,
): Promise<{ server: ServerProcess; address: string }> {
  const files = { log: join(dataDir, 'temporal.log'), pid: join(dataDir, PID_FILE) }
  const command = { file: options.binary, args: commandLine(options, port) }
  const server = await startServerProcess(command, { files, stopPlan: STOP_PLAN })
  const address = `127.0.0.1:${port}`
  try {
    await untilTemporalServes(address, { server, log: files.log, progress: options.progress })
    return { server, address }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function commandLine({ dataDir, uiPort, settings = {} }: TemporalOptions, port: number): string[] {
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`, '--log-level', 'warn']
  args.push(...(uiPort === undefined ? ['--headless'] : ['--ui-port', `${uiPort}`]))
  for (const [name, value] of Object.entries({ ...SETTINGS, ...settings }))
    args.push('--dynamic-config-value', `${name}=${value}`)
  if (dataDir !== undefined) args.push('--db-filename', join(resolve(dataDir), 'temporal.db'))
  return args
}

/** Stops what a run that was killed has left behind. */
export async function stopStaleTemporal(dataDir: string): Promise<void> {
  await stopStaleServer(join(dataDir, PID_FILE), STOP_PLAN)
}

async function keptPort(dataDir: string): Promise<number> {
  const file = join(dataDir, 'port')
  const kept = Number(await readFile(file, 'utf8').catch(() => ''))
  const port = await freePort(kept || USUAL_PORT)
  await writeFile(file, `${port}\n`)
  return port
}
