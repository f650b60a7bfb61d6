import { createHash } from 'node:crypto'
import type { Knex } from 'knex'

/** One more wrong password than these locks the login. */
const WRONG_MAX = 3
/** How long a lock holds, and how long wrong passwords are remembered. */
const LOCK_MS = 1_800_000
/** Old rows are swept a few at a time, by those who add new ones. */
const SWEEP = 10

type Row = { login_hash: Buffer; failed: number; failed_at: Date }
type Attempt = { readonly login: string; readonly now: Date }

/** When the lock ends; undefined where the login is not locked. */
export async function findLock(db: Knex, { login, now }: Attempt): Promise<Date | undefined> {
  const row = await db<Row>('login_attempts')
    .where({ login_hash: hashLogin(login) })
    .where('failed', '>', WRONG_MAX)
    .where('failed_at', '>', forgottenAt(now))
    .first()
  return row && lockEnd(row)
}

/** One statement, so that guesses at the same moment are counted one after another. @returns the end of the lock, if there is one. */
export async function countWrongPassword(db: Knex, { login, now }: Attempt): Promise<Date | undefined> {
  const counted = await db.raw<{ rows: { failed_at: Date; locked: boolean }[] }>(
    `insert into login_attempts as a (login_hash, failed, failed_at) values (:hash, 1, :now)
       on conflict (login_hash) do update set
         failed = case when a.failed_at > :forgotten then least(a.failed + 1, :max + 1) else 1 end,
         failed_at = case when a.failed_at > :forgotten and a.failed > :max then a.failed_at else :now end
       returning failed_at, failed > :max as locked`,
    { hash: hashLogin(login), now, forgotten: forgottenAt(now), max: WRONG_MAX },
  )
  await sweep(db, now)
  const row = counted.rows[0]
  return row?.locked ? lockEnd(row) : undefined
}

/** After a right password. Where other guesses have locked the login meanwhile, the lock stays and its end is returned. */
export async function forgiveWrongPasswords(db: Knex, attempt: Attempt): Promise<Date | undefined> {
  await db('login_attempts')
    .where({ login_hash: hashLogin(attempt.login) })
    .whereRaw('not (failed > ? and failed_at > ?)', [WRONG_MAX, forgottenAt(attempt.now)])
    .delete()
  return findLock(db, attempt)
}

async function sweep(db: Knex, now: Date): Promise<void> {
  const old = db('login_attempts')
    .where('failed_at', '<', forgottenAt(now))
    .select('login_hash')
    .limit(SWEEP)
    .forUpdate()
    .skipLocked()
  await db('login_attempts').whereIn('login_hash', old).delete()
}

function forgottenAt(now: Date): Date {
  return new Date(now.getTime() - LOCK_MS)
}

function lockEnd({ failed_at }: Pick<Row, 'failed_at'>): Date {
  return new Date(failed_at.getTime() + LOCK_MS)
}

function hashLogin(login: string): Buffer {
  return createHash('sha256').update(login).digest()
}
