import type { Knex } from 'knex'
import { findAccount, lockAccount } from '#db/accounts/accounts.ts'
import { findAsset, type Asset } from '#db/accounts/assets.ts'
import { lockCoinOwner } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import type { Startable } from '#temporal/gateway.ts'
import { accountParams } from '../accounts/account.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { assetWish, type AssetWish } from './asset-wish.ts'
import { assetBody, assetSchema } from './asset.ts'
import { chooseAssetIssuer } from './choose-issuer.ts'
import { askForOpening, readOpening } from './opening-balance.ts'
import { openAsset } from './open-asset.ts'
import { choosePlace } from './place.ts'
import { readWhereabouts } from './whereabouts.ts'

export const createAsset = endpoint({
  method: 'post',
  path: '/accounts/:id/assets',
  family: 'Assets',
  summary: 'Add an asset to an account',
  description:
    'One of each issuer, and one more on each platform; the same call again is refused, so it needs no Idempotency-Key. It is not active until somebody activates it. An opening balance is an operation that waits for another person’s approval.',
  access: 'ACCOUNT_MANAGER',
  params: accountParams,
  body: assetWish,
  answers: { 201: { description: 'Added', body: assetSchema } },
  async handle({ params, body: wish, caller }, deps) {
    const { id, opening } = await inProject(deps.db, caller.projectId, (trx) =>
      add(trx, { deps, caller, accountId: params.id, wish }),
    )
    // It is committed: whatever becomes of this call, it happens.
    if (opening) await deps.temporal.submit(opening, deps.answerWithinMs)
    const asset = await inProject(deps.db, caller.projectId, (trx) => demandAsset(trx, id))
    return { status: 201, body: assetBody(asset) }
  },
})

type Adding = {
  readonly deps: ApiDeps
  readonly caller: Caller
  readonly accountId: string
  readonly wish: AssetWish
}

async function add(
  trx: Knex,
  { deps, caller, accountId, wish }: Adding,
): Promise<{ id: string; opening?: Startable }> {
  // The owner before the account, as all do who open coins.
  const found = await findAccount(trx, accountId)
  if (!found || !(await lockCoinOwner(trx, found.organization_id))) throw notFound('id', 'account')
  const account = await lockAccount(trx, accountId)
  if (!account) throw notFound('id', 'account')
  const issuer = await chooseAssetIssuer(trx, wish)
  const whereabouts = await readWhereabouts(trx, issuer.currency, wish)
  const place = await choosePlace(trx, account, { issuer, wish })
  const amount = await readOpening(trx, { wish, account, currency: issuer.currency })
  const id = deps.newId('coin')
  await openAsset(trx, caller, { id, account, issuer, wish: { ...wish, ...whereabouts }, place })
  if (amount === undefined) return { id }
  return { id, opening: await askForOpening(trx, { deps, caller, account, issuer, coin: id, amount }) }
}

async function demandAsset(trx: Knex, id: string): Promise<Asset> {
  const asset = await findAsset(trx, id)
  if (!asset) throw new Error(`Asset ${id} was added and is not there.`)
  return asset
}
