import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { quietPort } from '#embedded/process/ports.ts'
import { startPostgres } from '#embedded/postgres/postgres.ts'
import { findTemporalBinary } from '#embedded/temporal/temporal-binary.ts'
import { startTemporalCluster } from '#embedded/temporal/temporal-cluster.ts'
import { startTemporal } from '#embedded/temporal/temporal.ts'
import { createPart, createServerPart, type Part } from './part.ts'
import { createToxiproxy, findToxiproxy, type Proxy, type Toxiproxy } from './toxiproxy.ts'

const run = promisify(execFile)

export const NAMESPACE = 'default'
export const ADMIN = { login: 'admin@torture.example', password: 'Tall-Ship7#mast' }
/** The connections between the parts. */
export const LINKS = [
  'api1-postgres',
  'api2-postgres',
  'worker-postgres',
  'api-temporal',
  'worker-temporal',
  'worker-bank',
  'bank-api',
  'worker-aml',
  'client-api1',
  'client-api2',
] as const
export type Link = (typeof LINKS)[number]

/** The dev server with a database file, or a cluster's server on a Postgres of its own. */
export type TemporalKind = 'dev' | 'postgres'

export type StackOptions = {
  /** A folder of our own, in which everything is kept. */
  readonly folder: string
  /** The checkout whose API, worker and bank run. */
  readonly product: string
  readonly temporal: TemporalKind
  readonly progress: (line: string) => void
}

export type Stack = {
  /** By name: api1, api2, worker1, worker2, postgres, temporal, bank, aml. */
  readonly parts: ReadonlyMap<string, Part>
  readonly proxies: Toxiproxy
  /** Past the proxies, for whoever looks on. */
  readonly ownerUrl: string
  readonly appUrl: string
  readonly temporalAddress: string
  /** The bank that pays out, and the platform that keeps balances: one server. */
  readonly bank: BankSide
  readonly aml: { readonly url: string; readonly log: string }
  /** What callers call, through a proxy each. */
  readonly apis: readonly string[]
  untilReady(): Promise<void>
  stop(): Promise<void>
}

export type BankSide = {
  readonly url: string
  readonly apiKey: string
  readonly callbackSecret: string
  readonly journal: string
  /** As the product reaches it, and as it reaches the product: through proxies. */
  readonly seenAt: string
  readonly callsAt: string
}

/** All of it is started at once, on a machine that may be busy. */
const READY_WITHIN_MS = 300_000

/** The product as it runs in use, each part in a process of its own, with a proxy on every connection between two. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, progress } = options
  await mkdir(folder, { recursive: true })
  const ports = await choosePorts()
  const database = { url: '', ownerUrl: '' }
  const postgres = createServerPart('postgres', async () => {
    const server = await startPostgres({ dataDir: join(folder, 'postgres'), port: ports.postgres, progress })
    Object.assign(database, { url: server.appUrl, ownerUrl: server.ownerUrl })
    return server
  })
  const temporal = createServerPart('temporal', await temporalLaunch(options, ports.temporal))
  const proxies = createToxiproxy(`http://127.0.0.1:${ports.toxiproxy}`)
  const openProxies = async () => {
    await until('toxiproxy', () => proxies.isUp())
    await proxies.open(linksOf(ports))
  }
  const openAgain = async () => {
    progress('toxiproxy had ended by itself.')
    await openProxies().catch((error: unknown) => progress(String(error)))
  }
  const toxiproxy = createPart({
    name: 'toxiproxy',
    file: await findToxiproxy(progress),
    args: ['-host', '127.0.0.1', '-port', `${ports.toxiproxy}`, '-proxy-metrics'],
    cwd: folder,
    env: { LOG_LEVEL: 'error' },
    log: join(folder, 'toxiproxy.log'),
    // v2.5.0 may panic where a toxic comes to a connection that is ending: every connection is cut, and it goes on.
    afterRestart: openAgain,
  })
  const started = [toxiproxy, postgres, temporal]
  const stop = async () => {
    for (const part of started.toReversed()) await part.stop()
  }
  try {
    await Promise.all(started.map((part) => part.start()))
    await openProxies()
    const programs = await programsOf(options, { ports, databaseUrl: database.url })
    await migrate(options, { ...database, temporal: `127.0.0.1:${ports.temporal}` })
    started.push(...programs)
    await Promise.all(programs.map((part) => part.start()))
    const apis = [ports.clientApi1, ports.clientApi2].map((port) => `http://127.0.0.1:${port}`)
    const parts = new Map([postgres, temporal, ...programs].map((part) => [part.name, part]))
    return {
      parts,
      proxies,
      ownerUrl: database.ownerUrl,
      appUrl: database.url,
      temporalAddress: `127.0.0.1:${ports.temporal}`,
      bank: bankSide(folder, ports),
      aml: { url: `http://127.0.0.1:${ports.aml}`, log: join(folder, 'aml.jsonl') },
      apis,
      untilReady: () => untilReady(apis, parts),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function temporalLaunch(
  { folder, temporal, progress }: StackOptions,
  port: number,
): Promise<Parameters<typeof createServerPart>[1]> {
  const dataDir = join(folder, 'temporal')
  if (temporal === 'dev') {
    const binary = await findTemporalBinary({ env: process.env, progress })
    return () => startTemporal({ binary, dataDir, port, progress })
  }
  return async () => {
    const cluster = await startTemporalCluster({ dataDir, port, progress })
    const { server, postgres } = cluster
    const exited = Promise.all([server.exited, postgres.exited]).then(() => undefined)
    return { pid: server.pid, exited, stop: () => cluster.stop(), kill: () => cluster.kill() }
  }
}

const PORTS = [
  'toxiproxy',
  'postgres',
  'temporal',
  'bank',
  'aml',
  'api1',
  'api2',
  'clientApi1',
  'clientApi2',
  'api1Postgres',
  'api2Postgres',
  'workerPostgres',
  'apiTemporal',
  'workerTemporal',
  'workerBank',
  'bankApi',
  'workerAml',
] as const
type Ports = Readonly<Record<(typeof PORTS)[number], number>>

/** They stay theirs while a part is down. */
async function choosePorts(): Promise<Ports> {
  const chosen = new Map<string, number>()
  for (const name of PORTS) chosen.set(name, await quietPort())
  return Object.fromEntries(chosen) as Ports
}

function linksOf(ports: Ports): Proxy[] {
  const ends: Readonly<Record<Link, readonly [listen: number, upstream: number]>> = {
    'api1-postgres': [ports.api1Postgres, ports.postgres],
    'api2-postgres': [ports.api2Postgres, ports.postgres],
    'worker-postgres': [ports.workerPostgres, ports.postgres],
    'api-temporal': [ports.apiTemporal, ports.temporal],
    'worker-temporal': [ports.workerTemporal, ports.temporal],
    'worker-bank': [ports.workerBank, ports.bank],
    'bank-api': [ports.bankApi, ports.api2],
    'worker-aml': [ports.workerAml, ports.aml],
    'client-api1': [ports.clientApi1, ports.api1],
    'client-api2': [ports.clientApi2, ports.api2],
  }
  return LINKS.map((name) => {
    const [listen, upstream] = ends[name]
    return { name, listen: `127.0.0.1:${listen}`, upstream: `127.0.0.1:${upstream}` }
  })
}

/** Secrets of one run, known to nobody else. */
const BANK = {
  SIMULATED_BANK_KEY: randomBytes(24).toString('base64url'),
  SIMULATED_BANK_CALLBACK_SECRET: randomBytes(24).toString('base64url'),
}

function bankSide(folder: string, ports: Ports): BankSide {
  return {
    url: `http://127.0.0.1:${ports.bank}`,
    apiKey: BANK.SIMULATED_BANK_KEY,
    callbackSecret: BANK.SIMULATED_BANK_CALLBACK_SECRET,
    journal: join(folder, 'bank.journal'),
    seenAt: `http://127.0.0.1:${ports.workerBank}`,
    callsAt: `http://127.0.0.1:${ports.bankApi}/api/v1/platform-calls`,
  }
}
const SECRET_KEY = randomBytes(32).toString('base64url')

async function programsOf(
  { folder, product }: StackOptions,
  { ports, databaseUrl }: { ports: Ports; databaseUrl: string },
): Promise<Part[]> {
  const through = (port: number) => databaseUrl.replace(`:${ports.postgres}/`, `:${port}/`)
  const node = (name: string, script: string, env: Record<string, string>) =>
    createPart({
      name,
      file: process.execPath,
      args: ['--import', 'tsx', script],
      cwd: product,
      env,
      log: join(folder, `${name}.log`),
    })
  const common = {
    ...BANK,
    SIMULATED_BANK_URL: `http://127.0.0.1:${ports.workerBank}`,
    SLUICE_SECRET_KEY: SECRET_KEY,
    SLUICE_PLATFORM_ALLOW: `127.0.0.1:${ports.workerBank}`,
    SLUICE_WATCHMAN_URL: `http://127.0.0.1:${ports.workerAml}`,
    SLUICE_DATA: join(folder, 'data'),
    LOG_LEVEL: 'warn',
  }
  const api = (name: 'api1' | 'api2') =>
    node(name, 'cli/start.ts', {
      ...common,
      ROLE: 'api',
      PORT: `${ports[name]}`,
      DATABASE_URL: through(ports[`${name}Postgres`]),
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.apiTemporal}`,
    })
  const worker = (name: string) =>
    node(name, 'cli/start.ts', {
      ...common,
      ROLE: 'worker',
      DATABASE_URL: through(ports.workerPostgres),
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.workerTemporal}`,
    })
  const bank = node('bank', 'integrations/platforms/simulated/server/main.ts', {
    ...BANK,
    SIMULATED_BANK_PORT: `${ports.bank}`,
    SIMULATED_BANK_JOURNAL: join(folder, 'bank.journal'),
    SIMULATED_BANK_CALLBACK_URL: `${bankSide(folder, ports).callsAt}/simulated`,
  })
  const aml = node('aml', fileURLToPath(new URL('./aml-server.ts', import.meta.url)), {
    AML_PORT: `${ports.aml}`,
    AML_LOG: join(folder, 'aml.jsonl'),
    AML_ORDERS: join(folder, 'aml-orders.json'),
  })
  return [bank, aml, api('api1'), api('api2'), worker('worker1'), worker('worker2')]
}

async function migrate(
  { product }: StackOptions,
  { url, ownerUrl, temporal }: { url: string; ownerUrl: string; temporal: string },
): Promise<void> {
  const env = {
    ...process.env,
    ROLE: 'migrate',
    DATABASE_URL: url,
    DATABASE_OWNER_URL: ownerUrl,
    TEMPORAL_ADDRESS: temporal,
    SLUICE_ADMIN_LOGIN: ADMIN.login,
    SLUICE_ADMIN_PASSWORD: ADMIN.password,
  }
  await run(process.execPath, ['--import', 'tsx', 'cli/start.ts'], { cwd: product, env })
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what} does not come up`)
    await sleep(100)
  }
}

/** All processes are there, and both APIs say that Postgres, Temporal and a worker answer them. */
async function untilReady(apis: readonly string[], parts: ReadonlyMap<string, Part>): Promise<void> {
  for (const part of parts.values()) if (!part.isUp()) await part.start()
  for (const api of apis)
    await until(`${api}/health/ready`, () =>
      fetch(`${api}/health/ready`, { signal: AbortSignal.timeout(10_000) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
}
