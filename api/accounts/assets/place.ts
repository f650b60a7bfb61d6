import type { Knex } from 'knex'
import type { Account } from '#db/accounts/accounts.ts'
import { hasAsset, isPlaceTaken, lockAssetPlatform } from '#db/accounts/asset-places.ts'
import type { Issuer } from '#db/catalogue/issuers.ts'
import { assetExists, placeAccount, placeTaken, platformUnknown } from '#domain/accounts/asset-rules.ts'
import { badParameter, faultProblem } from '../../http/problem.ts'
import type { AssetWish } from './asset-wish.ts'

/** The account on a platform that keeps the balance. */
export type Place = { readonly platformId: string; readonly account: string }

type Asked = { readonly issuer: Issuer; readonly wish: AssetWish }

/** Undefined: it is kept with us. One account of a platform keeps one balance of an issuer, and is the mirror of one asset. */
export async function choosePlace(
  trx: Knex,
  account: Account,
  { issuer, wish }: Asked,
): Promise<Place | undefined> {
  const platform = wish.platform === undefined ? undefined : await lockAssetPlatform(trx, wish.platform)
  if (wish.platform !== undefined && !platform) throw faultProblem(platformUnknown())
  const asked = { accountId: account.id, issuerId: issuer.id, platformId: platform?.id ?? null }
  if (await hasAsset(trx, asked)) throw faultProblem(assetExists(issuer.currency.code))
  if (!platform) return undefined
  if (wish.balance !== undefined)
    throw badParameter('balance', `is kept on the platform ${platform.label}: nothing is opened with us`)
  const place = {
    platformId: platform.id,
    account: placeAccount(wish.externalId, account),
  }
  if (await isPlaceTaken(trx, { ...place, issuerId: issuer.id }))
    throw faultProblem(placeTaken({ ...place, label: platform.label, code: issuer.currency.code }))
  return place
}
