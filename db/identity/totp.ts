import { createHash } from 'node:crypto'
import type { Knex } from 'knex'

export type TotpRow = {
  person_id: string
  sealed: Buffer
  confirmed_at: Date | null
  /** A bigint, so it arrives as text. */
  last_step: string
  created_at: Date
}

export function placeOfSecret(personId: string): string {
  return `totp/${personId}`
}

export async function findTotp(db: Knex, personId: string): Promise<TotpRow | undefined> {
  return db<TotpRow>('totp_secrets').where({ person_id: personId }).first()
}

/** A secret that waits for its first code; it replaces another that waits. @returns false where one is in force */
export async function addTotp(trx: Knex, personId: string, sealed: Buffer): Promise<boolean> {
  const added = await trx<TotpRow>('totp_secrets')
    .insert({ person_id: personId, sealed })
    .onConflict('person_id')
    .merge({ sealed, last_step: '0' })
    .whereNull('totp_secrets.confirmed_at')
    .returning('person_id')
  return added.length === 1
}

/** The secret that the code was made with is in force from now on. @returns false where it is no longer the one that waits */
export async function confirmTotp(
  trx: Knex,
  { person_id, sealed }: Pick<TotpRow, 'person_id' | 'sealed'>,
  { step, now }: { step: number; now: Date },
): Promise<boolean> {
  const confirmed = await trx<TotpRow>('totp_secrets')
    .where({ person_id, sealed })
    .whereNull('confirmed_at')
    .update({ confirmed_at: now, last_step: String(step) })
  return confirmed === 1
}

/** Takes the code of a time step. @returns false where it, or a later one, was taken before */
export async function takeTotpStep(db: Knex, personId: string, step: number): Promise<boolean> {
  const taken = await db<TotpRow>('totp_secrets')
    .where({ person_id: personId })
    .where('last_step', '<', String(step))
    .update({ last_step: String(step) })
  return taken === 1
}

/** Its recovery codes go with it. */
export async function removeTotp(trx: Knex, personId: string): Promise<void> {
  await trx<TotpRow>('totp_secrets').where({ person_id: personId }).delete()
}

export async function addRecoveryCodes(trx: Knex, personId: string, codes: readonly string[]): Promise<void> {
  await trx('totp_recovery_codes').insert(
    codes.map((code) => ({ person_id: personId, code_hash: hashCode(personId, code) })),
  )
}

/** @returns false where it is none of the person's, or was used before */
export async function takeRecoveryCode(db: Knex, personId: string, code: string): Promise<boolean> {
  const taken = await db('totp_recovery_codes')
    .where({ person_id: personId, code_hash: hashCode(personId, code) })
    .delete()
  return taken === 1
}

export async function countRecoveryCodes(db: Knex, personId: string): Promise<number> {
  const row = await db('totp_recovery_codes').where({ person_id: personId }).count('* as n').first()
  return Number(row?.['n'])
}

/** 80 random bits need no slow hash. */
function hashCode(personId: string, code: string): Buffer {
  return createHash('sha256').update(`${personId} ${code}`).digest()
}
