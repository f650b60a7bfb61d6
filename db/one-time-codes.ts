import type { Knex } from 'knex'
import type { CLIENT_ROLES } from '#domain/role.ts'

export type LegalType = 'individual' | 'corporation'

/** What a registration asked for, kept until the login is proved. */
export type Registration = {
  readonly role: (typeof CLIENT_ROLES)[number]
  readonly name: string | null
  readonly legalType: LegalType | null
  readonly referralLink: string | null
}

export type CodeRow = {
  login: string
  project_id: string
  code_hash: string
  tries_left: number
  sends: number
  window_started_at: Date
  expires_at: Date
  payload: Registration | null
}

const LIFETIME_MS = 600_000
const TRIES = 5
const SENDS_MAX = 3
const SENDS_WINDOW_MS = 3_600_000

/**
 * Puts a new code in the place of the old. Without a registration of its own it keeps the one that is waiting.
 * @returns undefined where the login has been sent as many codes as it may get
 */
export async function replaceCode(
  trx: Knex,
  code: { login: string; projectId: string; codeHash: string; registration: Registration | null },
  now: Date,
): Promise<CodeRow | undefined> {
  const replaced = await trx.raw<{ rows: CodeRow[] }>(
    `insert into one_time_codes as c (login, project_id, code_hash, tries_left, window_started_at, expires_at, payload)
       values (:login, :projectId, :codeHash, :tries, :now, :expires, :payload)
       on conflict (login) do update set
         project_id = excluded.project_id, code_hash = excluded.code_hash, tries_left = excluded.tries_left,
         expires_at = excluded.expires_at, payload = coalesce(excluded.payload, c.payload),
         sends = case when c.window_started_at > :windowStart then c.sends + 1 else 1 end,
         window_started_at = case when c.window_started_at > :windowStart then c.window_started_at else :now end
       where c.window_started_at <= :windowStart or c.sends < :sendsMax
       returning *`,
    {
      login: code.login,
      projectId: code.projectId,
      codeHash: code.codeHash,
      tries: TRIES,
      now,
      expires: new Date(now.getTime() + LIFETIME_MS),
      payload: code.registration && JSON.stringify(code.registration),
      windowStart: new Date(now.getTime() - SENDS_WINDOW_MS),
      sendsMax: SENDS_MAX,
    },
  )
  return replaced.rows[0]
}

export async function findCode(trx: Knex, login: string): Promise<CodeRow | undefined> {
  return trx<CodeRow>('one_time_codes').where({ login }).first()
}

/** Takes one try before the code is looked at, so that guesses at the same moment cannot share one. */
export async function takeTry(db: Knex, login: string, now: Date): Promise<CodeRow | undefined> {
  const [row] = await db<CodeRow>('one_time_codes')
    .where({ login })
    .where('tries_left', '>', 0)
    .where('expires_at', '>', now)
    .decrement('tries_left', 1)
    .returning('*')
  return row
}

/** Of several who hold the right code, one gets true. Each code has its own salt, so its hash names it. */
export async function consumeCode(trx: Knex, login: string, codeHash: string): Promise<boolean> {
  const consumed = await trx<CodeRow>('one_time_codes').where({ login, code_hash: codeHash }).delete()
  return consumed === 1
}
