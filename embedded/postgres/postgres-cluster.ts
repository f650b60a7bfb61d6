import { execFile } from 'node:child_process'
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { StartProblem } from '../start-problem.ts'
import { asPostgresUser, giveTo, type PostgresUser } from './postgres-user.ts'

const run = promisify(execFile)

/** The built-in C.UTF-8 sorts by code point on every machine, so an index never depends on the system's libraries. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

export type Cluster = {
  /** The data directory itself, not yet there at the first start. */
  readonly dir: string
  readonly initdb: string
  readonly user: PostgresUser
  readonly superuserPassword: string
}

/** @returns false where the cluster was there already */
export async function createCluster({ dir, initdb, user, superuserPassword }: Cluster): Promise<boolean> {
  if (await exists(dir)) {
    await giveTo(user, dir)
    return false
  }
  // Made beside and renamed: a start that is killed half-way leaves no half a cluster behind.
  const beside = `${dir}.new`
  await rm(beside, { recursive: true, force: true })
  await mkdir(beside, { mode: 0o700 })
  const passwordFile = `${beside}/password`
  const cluster = `${beside}/cluster`
  await writeFile(passwordFile, superuserPassword, { mode: 0o600 })
  await mkdir(cluster, { mode: 0o700 })
  await giveTo(user, beside)
  await runInitdb(asPostgresUser(user, initdb, [`--pgdata=${cluster}`, `--pwfile=${passwordFile}`]))
  await rename(cluster, dir)
  await rm(beside, { recursive: true, force: true })
  return true
}

async function runInitdb({ file, args, ...account }: ReturnType<typeof asPostgresUser>): Promise<void> {
  const all = [...args, '--username=postgres', '--auth=scram-sha-256', ...LOCALE]
  await run(file, all, { ...account, cwd: '/' }).catch((error: Error & { stderr?: string }) => {
    const reason = error.stderr?.split('\n').find((line) => line.includes('error')) ?? error.message
    throw new StartProblem(
      `Postgres could not create its files (${reason.trim()}): check SLUICE_DATA and free space.`,
    )
  })
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
