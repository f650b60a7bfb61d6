import type { Knex } from 'knex'
import type { Account } from '#db/accounts/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import { coinFacts, listCoinsById } from '#db/accounts/coins.ts'
import type { Issuer } from '#db/catalogue/issuers.ts'
import { openAssets } from '#ledger/open-assets.ts'
import type { Caller } from '../../http/endpoint.ts'
import type { AssetWish } from './asset-wish.ts'
import type { Place } from './place.ts'

type Opening = {
  readonly id: string
  /** Locked, and its owner before it. */
  readonly account: Account
  readonly issuer: Issuer
  readonly wish: Pick<AssetWish, 'address' | 'bank' | 'externalId'>
  readonly place: Place | undefined
}

export async function openAsset(
  trx: Knex,
  caller: Caller,
  { id, account, issuer, wish, place }: Opening,
): Promise<void> {
  await openAssets(trx, caller, [
    {
      id,
      issuer,
      organization_id: account.organization_id,
      account_id: account.id,
      external_id: wish.externalId ?? null,
      address: wish.address ?? null,
      bank_id: wish.bank ?? null,
      platform_id: place?.platformId ?? null,
      platform_account: place?.account ?? null,
    },
  ])
  const [coin] = await listCoinsById(trx, [id])
  if (!coin) throw new Error(`Coin ${id} was added and is not there.`)
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'coin.create',
      subjectType: 'coin',
      subjectId: id,
      after: coinFacts(coin),
    },
  ])
}
