import type { Knex } from 'knex'
import type { CLIENT_ROLES } from '#domain/identity/role.ts'

export type LegalType = 'individual' | 'corporation'

/** What a registration asked for, kept until the login is proved. */
export type Registration = {
  readonly role: (typeof CLIENT_ROLES)[number]
  readonly name: string | null
  readonly legalType: LegalType | null
  readonly referralLink: string | null
}

export type Purpose = 'registration' | 'sign_in' | 'recovery'

export type CodeRow = {
  login: string
  purpose: Purpose
  project_id: string
  code_hash: string
  tries_left: number
  sends: number
  window_started_at: Date
  expires_at: Date
  payload: Registration | null
  /** Of sign_in: what the second step is. With totp the row's own code is never sent and proves nothing. */
  step: 'otp' | 'totp' | null
}

export type NewCode = {
  readonly login: string
  readonly purpose: Purpose
  readonly projectId: string
  readonly codeHash: string
  readonly registration?: Registration | null
  readonly step?: 'otp' | 'totp'
}

export const CODE_LIFETIME_MS = 600_000
const TRIES = 5
const SENDS_MAX = 3
export const SENDS_WINDOW_MS = 3_600_000

/**
 * Puts a new code in the place of the old. Without a registration of its own it keeps the one that is waiting.
 * @returns undefined where the login has been sent as many codes as it may get
 */
export async function replaceCode(trx: Knex, code: NewCode, now: Date): Promise<CodeRow | undefined> {
  const replaced = await trx.raw<{ rows: CodeRow[] }>(
    `insert into one_time_codes as c
         (login, purpose, project_id, code_hash, tries_left, window_started_at, expires_at, payload, step)
       values (:login, :purpose, :projectId, :codeHash, :tries, :now, :expires, :payload, :step)
       on conflict (login, purpose) do update set
         project_id = excluded.project_id, code_hash = excluded.code_hash, tries_left = excluded.tries_left,
         expires_at = excluded.expires_at, payload = coalesce(excluded.payload, c.payload), step = excluded.step,
         sends = case when c.window_started_at > :windowStart then c.sends + 1 else 1 end,
         window_started_at = case when c.window_started_at > :windowStart then c.window_started_at else :now end
       where c.window_started_at <= :windowStart or c.sends < :sendsMax
       returning *`,
    {
      login: code.login,
      purpose: code.purpose,
      projectId: code.projectId,
      codeHash: code.codeHash,
      tries: TRIES,
      now,
      expires: new Date(now.getTime() + CODE_LIFETIME_MS),
      payload: code.registration ? JSON.stringify(code.registration) : null,
      step: code.step ?? null,
      windowStart: new Date(now.getTime() - SENDS_WINDOW_MS),
      sendsMax: SENDS_MAX,
    },
  )
  return replaced.rows[0]
}

export async function findCode(trx: Knex, login: string, purpose: Purpose): Promise<CodeRow | undefined> {
  return trx<CodeRow>('one_time_codes').where({ login, purpose }).first()
}

/** The same, locked until the transaction ends, so that nobody uses it up meanwhile. */
export async function holdCode(trx: Knex, login: string, purpose: Purpose): Promise<CodeRow | undefined> {
  return trx<CodeRow>('one_time_codes').where({ login, purpose }).forUpdate().first()
}

/** Takes one try before the code is looked at, so that guesses at the same moment cannot share one. */
export async function takeTry(
  db: Knex,
  code: { readonly login: string; readonly purpose: Purpose },
  now: Date,
): Promise<CodeRow | undefined> {
  const [row] = await db<CodeRow>('one_time_codes')
    .where(code)
    .where('tries_left', '>', 0)
    .where('expires_at', '>', now)
    .decrement('tries_left', 1)
    .returning('*')
  return row
}

/** Of several who hold the right code, one gets true. Each code has its own salt, so its hash names it. */
export async function consumeCode(
  trx: Knex,
  { login, purpose, code_hash }: Pick<CodeRow, 'login' | 'purpose' | 'code_hash'>,
): Promise<boolean> {
  const consumed = await trx<CodeRow>('one_time_codes').where({ login, purpose, code_hash }).delete()
  return consumed === 1
}

/** What waits for these purposes is over: its codes fit nothing any more. */
export async function removeCodes(trx: Knex, login: string, purposes: readonly Purpose[]): Promise<void> {
  await trx<CodeRow>('one_time_codes').where({ login }).whereIn('purpose', purposes).delete()
}
