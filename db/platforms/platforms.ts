import type { Knex } from 'knex'
import { PlatformUnavailable } from '#domain/platforms/holders.ts'
import type { Settings } from '#domain/platforms/holding-platform.ts'
import { inProject, type Database } from '../connection.ts'
import type { KeyRing } from '../secrets/envelope.ts'
import type { SecretBox } from '../secrets/secret-box.ts'

/** Values in base64, by field. */
export type SealedCredentials = Readonly<
  Record<string, { readonly sealed: string; readonly updatedAt: string }>
>

export type PlatformRow = {
  id: string
  project_id: string
  label: string
  name: string
  urls: Readonly<Record<string, string>>
  credentials: SealedCredentials
  data_key: Buffer
  key_id: string
  version: number
  created_by: string | null
  created_at: Date
  updated_at: Date
  removed_at: Date | null
}

/** With how many open assets are kept on it; a bigint, so it arrives as text. */
export type LinkedPlatform = PlatformRow & { linked_assets: string }

/** @returns false where the project has a platform of this label */
export async function addPlatform(
  trx: Knex,
  row: Omit<PlatformRow, 'version' | 'created_at' | 'updated_at' | 'removed_at'>,
): Promise<boolean> {
  const added = await trx('platforms')
    .insert({ ...row, urls: JSON.stringify(row.urls), credentials: JSON.stringify(row.credentials) })
    .onConflict(trx.raw('(project_id, label) where removed_at is null'))
    .ignore()
    .returning('id')
  if (added.length === 0) return false
  // Its calls, and its workflows, know its id alone.
  await trx('project_of').insert({ id: row.id, project_id: row.project_id })
  return true
}

export async function listPlatforms(trx: Knex): Promise<LinkedPlatform[]> {
  return linked(trx).orderBy(['p.created_at', 'p.id'])
}

/** Without counting what is kept on it. */
export async function readPlatform(trx: Knex, id: string): Promise<PlatformRow | undefined> {
  return trx<PlatformRow>('platforms').where({ id, removed_at: null }).first()
}

export async function findPlatform(trx: Knex, id: string): Promise<LinkedPlatform | undefined> {
  const [found] = await linked(trx).where('p.id', id)
  return found
}

/** Nobody links an asset to it, or sends an order there, until the transaction ends. */
export async function lockPlatform(trx: Knex, id: string): Promise<LinkedPlatform | undefined> {
  await trx('platforms').where({ id }).forUpdate().first('id')
  return findPlatform(trx, id)
}

/**
 * Nobody changes the platform until the transaction ends. False where it was changed after it was opened: it may be elsewhere
 * now, and what goes out has to go there.
 */
export async function holdAsOpened(
  trx: Knex,
  { id, version }: Pick<PlatformRow, 'id' | 'version'>,
): Promise<boolean> {
  const row: unknown = await trx('platforms')
    .where({ id, version, removed_at: null })
    .forKeyShare()
    .first('id')
  return row !== undefined
}

export async function changePlatform(
  trx: Knex,
  id: string,
  { name, urls, credentials }: Pick<PlatformRow, 'name' | 'urls' | 'credentials'>,
): Promise<void> {
  await trx('platforms')
    .where({ id })
    .update({
      name,
      urls: JSON.stringify(urls),
      credentials: JSON.stringify(credentials),
      version: trx.raw('version + 1'),
      updated_at: trx.fn.now(),
    })
}

/** The row stays for the assets that were closed on it; what opens its credentials goes with them. */
export async function removePlatform(trx: Knex, id: string): Promise<void> {
  await trx('platforms')
    .where({ id })
    .update({
      credentials: '{}',
      data_key: Buffer.alloc(0),
      version: trx.raw('version + 1'),
      removed_at: trx.fn.now(),
      updated_at: trx.fn.now(),
    })
}

type Placed = Pick<PlatformRow, 'id' | 'project_id'>

export function placeOfDataKey({ project_id, id }: Placed): string {
  return `${project_id}/platforms/${id}/data_key`
}

export function sealCredentials(
  dataBox: SecretBox,
  platform: Placed,
  { values, now }: { values: Readonly<Record<string, string>>; now: Date },
): SealedCredentials {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => {
      const sealed = dataBox.seal(value, placeOf(platform, field)).toString('base64')
      return [field, { sealed, updatedAt: now.toISOString() }]
    }),
  )
}

/** What whoever opens platforms is given: the row as it is now, and its settings where they are asked for. */
export function findConfiguredPlatform({ db, keyRing }: { db: Database; keyRing: KeyRing | undefined }) {
  return async (projectId: string, id: string) => {
    const row = await inProject(db, projectId, (trx) => readPlatform(trx, id))
    if (!row) return undefined
    const { label, version, urls } = row
    return { label, version, urls, settings: () => openSettings(row, keyRing) }
  }
}

function openSettings(row: PlatformRow, keyRing: KeyRing | undefined): Settings {
  if (!keyRing) throw new PlatformUnavailable('secret_key_missing')
  try {
    const sealedKey = { keyId: row.key_id, dataKey: row.data_key }
    const dataBox = keyRing.openDataKey(sealedKey, placeOfDataKey(row))
    const credentials = Object.entries(row.credentials).map(([field, { sealed }]) => [
      field,
      dataBox.open(Buffer.from(sealed, 'base64'), placeOf(row, field)),
    ])
    return { urls: row.urls, credentials: Object.fromEntries(credentials) }
  } catch {
    throw new PlatformUnavailable('credentials_unreadable')
  }
}

function placeOf({ project_id, id }: Placed, field: string): string {
  return `${project_id}/platforms/${id}/credentials/${field}`
}

function linked(trx: Knex): Knex.QueryBuilder<LinkedPlatform, LinkedPlatform[]> {
  const query: Knex.QueryBuilder = trx('platforms as p')
    .select(
      'p.*',
      trx.raw(
        '(select count(*) from coins c where c.platform_id = p.id and c.closed_at is null) as linked_assets',
      ),
    )
    .whereNull('p.removed_at')
  return query
}
