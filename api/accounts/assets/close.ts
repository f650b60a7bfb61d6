import { findAsset } from '#db/accounts/assets.ts'
import { lockCoin, lockCoinOwner } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { closeCoin, CLOSING_RULE } from '../coins/close-coin.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { assetBody, assetParams, assetSchema } from './asset.ts'

export const closeAsset = endpoint({
  method: 'delete',
  path: '/assets/:id',
  family: 'Assets',
  summary: 'Close an empty asset',
  description: `${CLOSING_RULE} It is never switched on again, its history stays, and a platform that kept it is free of it.`,
  access: 'ACCOUNT_MANAGER',
  params: assetParams,
  answers: { 200: { description: 'Closed; the asset as it was left', body: assetSchema } },
  async handle({ params, caller }, { db }) {
    const closed = await inProject(db, caller.projectId, async (trx) => {
      const found = await findAsset(trx, params.id)
      if (!found) throw notFound('id', 'asset')
      await lockCoinOwner(trx, found.organization_id)
      const coin = await lockCoin(trx, found.serial)
      if (!coin) throw notFound('id', 'asset')
      await closeCoin(trx, caller, { coin, what: 'asset' })
      return findAsset(trx, params.id)
    })
    if (!closed) throw new Error('the asset that was just closed is not there')
    return { status: 200, body: assetBody(closed) }
  },
})
