import type { Knex } from 'knex'

/** A platform that can keep the balances of assets. */
export type AssetPlatform = { id: string; label: string; name: string }

/** Locked until the transaction ends, against being removed and against another asset in the same place. */
export async function lockAssetPlatform(trx: Knex, id: string): Promise<AssetPlatform | undefined> {
  return trx('platforms')
    .where({ id })
    .whereNull('removed_at')
    .forNoKeyUpdate()
    .first<AssetPlatform | undefined>('id', 'label', 'name')
}

/** Those that are called so, by id or label. */
export async function listAssetPlatforms(trx: Knex, names: readonly string[]): Promise<AssetPlatform[]> {
  if (names.length === 0) return []
  return trx('platforms')
    .whereNull('removed_at')
    .whereRaw('(id = any(?) or label = any(?))', [[...names], [...names]])
    .orderBy('id')
    .select('id', 'label', 'name')
}

/** The same, each locked as if an asset were added to it alone. */
export async function lockAssetPlatforms(trx: Knex, names: readonly string[]): Promise<void> {
  for (const { id } of await listAssetPlatforms(trx, names)) await lockAssetPlatform(trx, id)
}

/** Whether an open asset has its balance there. The caller holds the platform's lock. */
export async function isPlaceTaken(
  trx: Knex,
  place: { readonly platformId: string; readonly account: string; readonly issuerId: string },
): Promise<boolean> {
  const found: unknown = await trx('coins')
    .where({ platform_id: place.platformId, platform_account: place.account, issuer_id: place.issuerId })
    .whereNull('closed_at')
    .first('id')
  return found !== undefined
}

/** Whether the account has an open asset of this issuer, on this platform or with us. The caller holds the owner's lock. */
export async function hasAsset(
  trx: Knex,
  asset: { readonly accountId: string; readonly issuerId: string; readonly platformId: string | null },
): Promise<boolean> {
  const found: unknown = await trx('coins')
    .where({ account_id: asset.accountId, issuer_id: asset.issuerId, platform_id: asset.platformId })
    .whereNull('closed_at')
    .first('id')
  return found !== undefined
}
