import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Command } from '../process/server-process.ts'
import { StartProblem } from '../start-problem.ts'

const run = promisify(execFile)

type Account = { readonly uid: number; readonly gid: number }

/** Who runs Postgres: a prefix for its command line, or another account, or (both empty) simply us. */
export type PostgresUser = {
  readonly prefix: readonly string[]
  readonly account?: Account
  readonly owner?: Account
}

const ROOT: Account = { uid: 0, gid: 0 }
/** Any number that is not 0 and has a name on every system; inside the namespace our own files belong to it. */
const NOBODY = 65_534
const NAMESPACE = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--']

/**
 * Postgres refuses to run as root. As root we hand it to the account `postgres`; where that is missing, or may not enter
 * the directory (a checkout below /root), to a user namespace in which root carries another number; else to a new account.
 *
 * @param paths what Postgres must be able to reach
 */
export async function postgresUser(paths: readonly string[]): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const account = await findAccount()
  if (account && (await reaches(account, paths))) return { prefix: [], account, owner: account }
  if (await succeeds(NAMESPACE[0] ?? '', [...NAMESPACE.slice(1), 'true']))
    return { prefix: NAMESPACE, owner: ROOT }
  const created = account ?? (await createAccount())
  if (created && (await reaches(created, paths))) return { prefix: [], account: created, owner: created }
  throw new StartProblem(
    'Postgres does not run as root, and no other user can be used here: start as an ordinary user, or set DATABASE_URL.',
  )
}

export function asPostgresUser(
  { prefix, account }: PostgresUser,
  file: string,
  args: readonly string[],
): Command {
  const [program = file, ...rest] = [...prefix, file, ...args]
  return { file: program, args: rest, ...account }
}

/** Hands a directory and all below to the user, unless it is theirs already. */
export async function giveTo({ owner }: PostgresUser, path: string): Promise<void> {
  if (!owner || (await stat(path)).uid === owner.uid) return
  await run('chown', ['-R', `${owner.uid}:${owner.gid}`, path])
}

async function findAccount(): Promise<Account | undefined> {
  const ids = await Promise.all(
    ['-u', '-g'].map((flag) => run('id', [flag, 'postgres']).catch(() => undefined)),
  )
  const [uid, gid] = ids.map((id) => Number(id?.stdout ?? Number.NaN))
  return uid && gid ? { uid, gid } : undefined
}

async function createAccount(): Promise<Account | undefined> {
  await succeeds('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/bin/false',
    'postgres',
  ])
  return findAccount()
}

function reaches(account: Account, paths: readonly string[]): Promise<boolean> {
  return succeeds('/bin/sh', ['-c', 'for path; do test -x "$path" || exit 1; done', 'sh', ...paths], account)
}

async function succeeds(
  file: string,
  args: readonly string[],
  options: Partial<Account> = {},
): Promise<boolean> {
  return run(file, args, { ...options, cwd: '/' }).then(
    () => true,
    () => false,
  )
}
