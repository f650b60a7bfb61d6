import type { Knex } from 'knex'
import { appendAudit } from '../audit.ts'
import { inProject, type Database } from '../connection.ts'
import { resealMessage, type MessageRow } from '../identity/messages.ts'
import { listProjectIds } from '../identity/project-of.ts'
import { placeOfSecret, type TotpRow } from '../identity/totp.ts'
import { placeOfDataKey, type PlatformRow } from '../platforms/platforms.ts'
import type { KeyRing } from '../secrets/envelope.ts'

export type Rotated = { readonly platforms: number; readonly messages: number; readonly apps: number }

/**
 * Seals with the current key whatever another one sealed. A row is a transaction of its own, and one that is done is passed
 * over, so that it may be stopped and run again, beside processes that have both keys.
 */
export async function rotateSecrets(db: Database, keyRing: KeyRing): Promise<Rotated> {
  let [platforms, messages] = [0, 0]
  for (const projectId of await listProjectIds(db)) {
    platforms += await rotatePlatforms(db, projectId, keyRing)
    messages += await rotateMessages(db, projectId, keyRing)
  }
  return { platforms, messages, apps: await rotateApps(db, keyRing) }
}

async function rotatePlatforms(db: Database, projectId: string, keyRing: KeyRing): Promise<number> {
  const others = (trx: Knex) =>
    trx<PlatformRow>('platforms').where({ removed_at: null }).whereNot({ key_id: keyRing.keyId })
  const ids = await inProject(db, projectId, (trx) => others(trx).orderBy('id').select('id'))
  return countDone(ids, ({ id }) =>
    inProject(db, projectId, async (trx) => {
      const row = await others(trx).where({ id }).forUpdate().first()
      if (!row) return false
      const sealed = { keyId: row.key_id, dataKey: row.data_key }
      const { keyId, dataKey } = keyRing.rewrap(sealed, placeOfDataKey(row))
      await trx<PlatformRow>('platforms').where({ id }).update({ key_id: keyId, data_key: dataKey })
      await appendAudit(trx, projectId, [
        {
          actor: null,
          source: 'system',
          action: 'platform.rewrap',
          subjectType: 'platform',
          subjectId: id,
          before: { keyId: row.key_id },
          after: { keyId },
        },
      ])
      return true
    }),
  )
}

async function rotateMessages(db: Database, projectId: string, keyRing: KeyRing): Promise<number> {
  const ids = await inProject(db, projectId, (trx) => waiting(trx).select('id'))
  return countDone(ids, ({ id }) =>
    inProject(db, projectId, async (trx) => {
      const row = await waiting(trx).where({ id }).forUpdate().first()
      const sealed = row && resealMessage(row, keyRing)
      if (!sealed) return false
      await trx<MessageRow>('messages').where({ id }).update({ sealed })
      return true
    }),
  )
}

function waiting(trx: Knex) {
  return trx<MessageRow>('messages').whereNotNull('sealed')
}

/** They belong to people, and people to no one project. */
async function rotateApps(db: Database, keyRing: KeyRing): Promise<number> {
  const people = await db<TotpRow>('totp_secrets').select('person_id')
  return countDone(people, ({ person_id }) =>
    db.transaction(async (trx) => {
      const row = await trx<TotpRow>('totp_secrets').where({ person_id }).forUpdate().first()
      const sealed = row && keyRing.reseal(row.sealed, placeOfSecret(person_id))
      if (!sealed) return false
      await trx<TotpRow>('totp_secrets').where({ person_id }).update({ sealed })
      return true
    }),
  )
}

async function countDone<T>(all: readonly T[], rotate: (one: T) => Promise<boolean>): Promise<number> {
  let done = 0
  for (const one of all) if (await rotate(one)) done += 1
  return done
}
