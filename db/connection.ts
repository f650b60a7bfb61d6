import { setTimeout as sleep } from 'node:timers/promises'
import knex, { type Knex } from 'knex'
import { isOutage } from './is-outage.ts'

export type Database = Knex

type PoolLogger = { warn(message: string): void }

export type TimeLimits = {
  /** A statement that takes longer than this is a fault of ours; it is below every activity's time limit. */
  readonly statementMs: number
  readonly lockMs: number
  /** Waiting for a connection must end before the caller's own limit does. */
  readonly connectionMs: number
}

const POOL_MAX = 16
const TIME_LIMITS: TimeLimits = { statementMs: 5_000, lockMs: 4_000, connectionMs: 2_000 }

/** What the pool says of connections that come and go goes to `logger`; those who needed one are told anyway. */
export function connect(
  url: string,
  poolMax = POOL_MAX,
  { logger, limits = TIME_LIMITS }: { logger?: PoolLogger; limits?: TimeLimits | undefined } = {},
): Database {
  const say = (message: unknown) => logger?.warn(String(message).split('\n', 1)[0] ?? '')
  return knex({
    client: 'pg',
    log: { warn: say, error: say, deprecate: say, debug: () => undefined },
    connection: {
      connectionString: url,
      statement_timeout: limits.statementMs,
      options: `-c lock_timeout=${limits.lockMs}`,
      application_name: 'sluice',
    },
    pool: { min: 0, max: poolMax },
    acquireConnectionTimeout: limits.connectionMs,
  })
}

/** Runs work in one database transaction that sees one project only. Row-level security refuses all others. */
export function inProject<T>(
  db: Database,
  projectId: string,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction((trx) => asProject(trx, projectId, work))
}

/** The same for reading alone, and all that is read is of one moment, however many statements it takes. */
export function inSnapshot<T>(
  db: Database,
  projectId: string,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction((trx) => asProject(trx, projectId, work), {
    isolationLevel: 'repeatable read',
    readOnly: true,
  })
}

async function asProject<T>(
  trx: Knex.Transaction,
  projectId: string,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  await trx.raw("select set_config('sluice.project', ?, true)", [projectId])
  return work(trx)
}

const START_TRIES = 10
const START_PAUSE_MS = 1_000

/**
 * Row-level security does not bind a superuser or a BYPASSRLS role, so with one of those nothing starts. It is the first
 * thing that a process asks of Postgres, which may just be starting itself, or very busy.
 */
export async function assertRuntimeRole(db: Database): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await refusePowerfulRole(db)
      return
    } catch (error) {
      if (tries === START_TRIES || !isOutage(error)) throw error
      await sleep(START_PAUSE_MS)
    }
  }
}

async function refusePowerfulRole(db: Database): Promise<void> {
  const found = await db.raw<{ rows: { rolname: string; rolsuper: boolean; rolbypassrls: boolean }[] }>(
    'select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user',
  )
  const role = found.rows[0]
  if (!role || role.rolsuper || role.rolbypassrls) {
    throw new Error(
      `The database role ${role?.rolname ?? ''} is a superuser or may bypass row-level security; give DATABASE_URL one that is neither.`,
    )
  }
}
