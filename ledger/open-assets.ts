import type { Knex } from 'knex'
import { addBlockedCoins, nextCoinNumbers, type CoinRow, type NewCoin } from '#db/accounts/coins.ts'
import { coinSerial } from '#domain/accounts/coin-serial.ts'
import { openCoinAccounts } from './open-account.ts'

/** What staff add to an account of a client. */
export type NewAsset = Pick<
  CoinRow,
  | 'id'
  | 'organization_id'
  | 'account_id'
  | 'external_id'
  | 'address'
  | 'bank_id'
  | 'platform_id'
  | 'platform_account'
> & {
  readonly issuer: {
    readonly id: string
    readonly sn_prefix: string
    readonly currency: { readonly name: string; readonly code: string }
  }
}

type By = { readonly projectId: string; readonly personId: string }

/** Coins that are off, each with its account in the book. Owners, accounts and platforms are locked, in this order. */
export async function openAssets(
  trx: Knex,
  { projectId, personId }: By,
  assets: readonly NewAsset[],
): Promise<void> {
  const numbers = await nextCoinNumbers(trx, assets.length)
  const rows = assets.map(({ issuer, ...asset }, at): NewCoin => ({
    ...asset,
    project_id: projectId,
    issuer_id: issuer.id,
    serial: coinSerial(issuer.sn_prefix, numbers[at] ?? 0n),
    name: issuer.currency.name,
    created_by: personId,
  }))
  await openCoinAccounts(
    trx,
    projectId,
    assets.map(({ id, issuer }) => ({ id, issuerId: issuer.id })),
  )
  await addBlockedCoins(trx, rows, { by: personId, description: 'Not activated yet' })
}
