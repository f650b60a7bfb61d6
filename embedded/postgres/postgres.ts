import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { freePort, onFreePort, tryPort } from '../process/ports.ts'
import { keptText } from '../process/private-file.ts'
import {
  startServerProcess,
  stopStaleServer,
  type ServerProcess,
  type StopPlan,
} from '../process/server-process.ts'
import { StartProblem } from '../start-problem.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { createCluster } from './postgres-cluster.ts'
import { logSize, untilPostgresIsReady } from './postgres-ready.ts'
import { APP_ROLE, DATABASE, ensureRoles, OWNER_ROLE, type Passwords } from './postgres-roles.ts'
import { asPostgresUser, postgresUser, type PostgresUser } from './postgres-user.ts'

export type PostgresOptions = {
  readonly dataDir: string
  readonly port?: number
  /** Server settings over the product's own; for tests, which trade durability for speed. */
  readonly settings?: Readonly<Record<string, string>>
  readonly progress: (line: string) => void
}

export type Postgres = Pick<ServerProcess, 'pid' | 'exited' | 'stop' | 'kill'> & {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly port: number
}

/** Fast shutdown cuts connections and writes everything; the immediate one leaves recovery to the next start. */
const STOP_PLAN: StopPlan = { ask: 'SIGINT', patienceMs: 30_000, force: 'SIGQUIT' }

const PID_FILE = 'postgres.pid'

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/** A real Postgres over a directory of its own: created at the first start, continued at the next. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir)
  await mkdir(dataDir, { recursive: true })
  await stopStalePostgres(dataDir)
  await demandWantedPort(options.port)
  const passwords = await keptPasswords(join(dataDir, 'passwords.json'))
  const prepared = await prepareCluster(join(dataDir, 'data'), { passwords, progress: options.progress })
  const choose = async () => options.port ?? keptPort(dataDir)
  return onFreePort(choose, async (port) => {
    const server = await serve(options, { ...prepared, dataDir, passwords, port })
    const [owner, app] = [passwords.owner, passwords.app]
    return {
      ...server,
      port,
      ownerUrl: databaseUrl(OWNER_ROLE, { password: owner, port, database: DATABASE }),
      appUrl: databaseUrl(APP_ROLE, { password: app, port, database: DATABASE }),
    }
  })
}

type Prepared = { readonly cluster: string; readonly user: PostgresUser; readonly binary: string }

type Launch = Prepared & { readonly dataDir: string; readonly passwords: Passwords; readonly port: number }

async function serve(
  { settings, progress }: PostgresOptions,
  { cluster, user, binary, dataDir, passwords, port }: Launch,
): Promise<ServerProcess> {
  const files = { log: join(dataDir, 'postgres.log'), pid: join(dataDir, PID_FILE) }
  const flags = settingFlags({ ...settings, port: `${port}` })
  const command = asPostgresUser(user, binary, ['-D', cluster, ...flags])
  const logStart = await logSize(files.log)
  const server = await startServerProcess(command, { files, stopPlan: STOP_PLAN })
  try {
    await untilPostgresIsReady(server, { cluster, log: files.log, logStart, progress })
    const superuser = { password: passwords.superuser, port, database: 'postgres' }
    await ensureRoles(databaseUrl('postgres', superuser), passwords)
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Stops what a run that was killed has left behind; never two servers on one directory. */
export async function stopStalePostgres(dataDir: string): Promise<void> {
  await stopStaleServer(join(dataDir, PID_FILE), STOP_PLAN)
}

type Preparation = { readonly passwords: Passwords; readonly progress: (line: string) => void }

async function prepareCluster(cluster: string, { passwords, progress }: Preparation): Promise<Prepared> {
  const { initdb, postgres } = await postgresBinaries()
  const user = await postgresUser([postgres, join(cluster, '..')])
  const created = await createCluster({ dir: cluster, initdb, user, superuserPassword: passwords.superuser })
  if (created) progress('Created a new Postgres database.')
  return { cluster, user, binary: postgres }
}

async function keptPasswords(file: string): Promise<Passwords> {
  const passwords: Passwords = JSON.parse(await keptText(file, () => JSON.stringify(newPasswords())))
  return passwords
}

function newPasswords(): Passwords {
  return { superuser: newPassword(), owner: newPassword(), app: newPassword() }
}

function newPassword(): string {
  return randomBytes(24).toString('base64url')
}

async function demandWantedPort(port: number | undefined): Promise<void> {
  if (port === undefined || (await tryPort(port)) !== undefined) return
  throw new StartProblem(
    `Port ${port} for Postgres is in use: stop the program that has it, or choose another.`,
  )
}

/** The same port at every start, so that a client's saved connection goes on working, unless somebody took it. */
async function keptPort(dataDir: string): Promise<number> {
  const file = join(dataDir, 'port')
  const port = await freePort(Number(await readFile(file, 'utf8').catch(() => '0')))
  await writeFile(file, `${port}\n`)
  return port
}

function settingFlags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

function databaseUrl(role: string, to: { password: string; port: number; database: string }): string {
  return `postgres://${role}:${to.password}@127.0.0.1:${to.port}/${to.database}`
}
