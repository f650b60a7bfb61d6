import { createHash } from 'node:crypto'
import type { Knex } from 'knex'

/** One more wrong password than these locks the login. */
const WRONG_MAX = 3
/** How long a lock holds, and how long wrong passwords are remembered. */
const LOCK_MS = 1_800_000
/** Old rows are swept a few at a time, by those who add new ones. */
const SWEEP = 10

type Row = { login_hash: Buffer; failed: number; failed_at: Date }
/** Recovery is counted apart: who has locked a login with wrong passwords must not have locked the way out as well. */
type Attempt = { readonly login: string; readonly now: Date; readonly way?: 'sign_in' | 'recovery' }

/** When the lock ends; undefined where the login is not locked. */
export async function findLock(db: Knex, attempt: Attempt): Promise<Date | undefined> {
  const row = await db<Row>('login_attempts')
    .where({ login_hash: hashOf(attempt) })
    .where('failed', '>', WRONG_MAX)
    .where('failed_at', '>', forgottenAt(attempt.now))
    .first()
  return row && lockEnd(row)
}

/** One statement, so that guesses at the same moment are counted one after another. @returns the end of the lock, if there is one. */
export async function countWrongPassword(db: Knex, attempt: Attempt): Promise<Date | undefined> {
  const { now } = attempt
  const counted = await db.raw<{ rows: { failed_at: Date; locked: boolean }[] }>(
    `insert into login_attempts as a (login_hash, failed, failed_at) values (:hash, 1, :now)
       on conflict (login_hash) do update set
         failed = case when a.failed_at > :forgotten then least(a.failed + 1, :max + 1) else 1 end,
         failed_at = case when a.failed_at > :forgotten and a.failed > :max then a.failed_at else :now end
       returning failed_at, failed > :max as locked`,
    { hash: hashOf(attempt), now, forgotten: forgottenAt(now), max: WRONG_MAX },
  )
  await sweep(db, now)
  const row = counted.rows[0]
  return row?.locked ? lockEnd(row) : undefined
}

/**
 * After a right password, and the second step where there is one. Where other guesses have locked the login meanwhile, the
 * lock stays and its end is returned.
 */
export async function forgiveWrongPasswords(db: Knex, attempt: Attempt): Promise<Date | undefined> {
  await db('login_attempts')
    .where({ login_hash: hashOf(attempt) })
    .whereRaw('not (failed > ? and failed_at > ?)', [WRONG_MAX, forgottenAt(attempt.now)])
    .delete()
  return findLock(db, attempt)
}

/** Opens locks before their time: the person has proved who they are in another way. */
export async function forgetAttempts(db: Knex, login: string): Promise<void> {
  const ways = (['sign_in', 'recovery'] as const).map((way) => hashOf({ login, way }))
  await db('login_attempts').whereIn('login_hash', ways).delete()
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

function hashOf({ login, way = 'sign_in' }: Omit<Attempt, 'now'>): Buffer {
  return createHash('sha256')
    .update(way === 'sign_in' ? login : `${way} ${login}`)
    .digest()
}
