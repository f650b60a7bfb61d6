import type { Knex } from 'knex'
import type { Envelope } from './envelope.ts'

export type PlatformRow = {
  id: string
  project_id: string
  label: string
  name: string
  urls: Record<string, string>
  credentials: Buffer
  data_key: Buffer
  key_id: string
  /** By field: when it was last set. */
  credentials_set: Record<string, string>
  version: number
  created_at: Date
  updated_at: Date
  removed_at: Date | null
}

/** With how many open assets it keeps, and the key of its project. */
export type Platform = PlatformRow & { linked_assets: number; project_key: string }

/** What its credentials are sealed for: in another place they do not open. */
export function placeOfCredentials({ id, project_id }: Pick<PlatformRow, 'id' | 'project_id'>): string {
  return `${project_id}/platforms/${id}/credentials`
}

export function envelopeOf({ credentials, data_key, key_id }: PlatformRow): Envelope {
  return { sealed: credentials, dataKey: data_key, keyId: key_id }
}

type Added = Omit<PlatformRow, 'version' | 'created_at' | 'updated_at' | 'removed_at'> & {
  created_by: string
}

/** False where the project has a platform of this label. */
export async function addPlatform(trx: Knex, row: Added): Promise<boolean> {
  const added: unknown[] = await trx('platforms')
    .insert({ ...row, urls: JSON.stringify(row.urls), credentials_set: JSON.stringify(row.credentials_set) })
    .onConflict(trx.raw('(project_id, label) where removed_at is null'))
    .ignore()
    .returning('id')
  if (added.length === 0) return false
  await trx('project_of').insert({ id: row.id, project_id: row.project_id })
  return true
}

export async function findPlatform(trx: Knex, id: string): Promise<Platform | undefined> {
  const [found] = await platforms(trx).where('p.id', id)
  return found
}

export async function listPlatforms(trx: Knex): Promise<Platform[]> {
  return platforms(trx)
}

/** Locked until the transaction ends; those who link an asset to it wait. */
export async function lockPlatform(trx: Knex, id: string): Promise<Platform | undefined> {
  await trx('platforms').where({ id }).forUpdate().first('id')
  return findPlatform(trx, id)
}

/** It must exist, and be locked. */
export async function changePlatform(
  trx: Knex,
  id: string,
  changes: Partial<
    Pick<PlatformRow, 'name' | 'urls' | 'credentials' | 'data_key' | 'key_id' | 'credentials_set'>
  >,
): Promise<void> {
  const { urls, credentials_set: set, ...rest } = changes
  await trx('platforms')
    .where({ id })
    .update({
      ...rest,
      ...(urls && { urls: JSON.stringify(urls) }),
      ...(set && { credentials_set: JSON.stringify(set) }),
      version: trx.raw('version + 1'),
      updated_at: trx.fn.now(),
    })
}

/** Its credentials are gone; its row stays for the assets that were closed on it. */
export async function removePlatform(trx: Knex, id: string): Promise<void> {
  const nothing = Buffer.alloc(0)
  await trx('platforms')
    .where({ id })
    .update({
      credentials: nothing,
      data_key: nothing,
      credentials_set: '{}',
      version: trx.raw('version + 1'),
      removed_at: trx.fn.now(),
      updated_at: trx.fn.now(),
    })
}

function platforms(trx: Knex): Knex.QueryBuilder<Platform, Platform[]> {
  const query: Knex.QueryBuilder = trx('platforms as p')
    .join('projects as j', 'j.id', 'p.project_id')
    .whereNull('p.removed_at')
    .orderBy('p.label')
    .select('p.*', 'j.key as project_key')
    .select(
      trx.raw(
        '(select count(*)::int from coins k where k.platform_id = p.id and k.closed_at is null) as linked_assets',
      ),
    )
  return query
}
