import type { Knex } from 'knex'
import { until } from './poll.ts'

/** Of this database alone: others of the same server have tests of their own. Asked by any role, and also within a transaction. */
const WAITING = `select pid from pg_stat_activity
  where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`

/** Until so many connections of the database wait for a lock. */
export async function untilWaiting(db: Knex, count = 1): Promise<void> {
  await until(`${count} to wait for a lock`, async () => {
    // What a transaction was told of others stays as it was told first.
    await db.raw('select pg_stat_clear_snapshot()')
    const { rows } = await db.raw<{ rows: unknown[] }>(WAITING)
    return rows.length >= count || undefined
  })
}
