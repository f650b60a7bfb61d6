import { isCoinClosed } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notStarted } from '../../http/problem.ts'
import { demandOnPlatform } from '../../operations/platform-orders/ask-order.ts'
import { asksOfAsset, assetParams } from '../../operations/platform-orders/asset-params.ts'
import { closedForGood } from '../coins/close-coin.ts'

export const syncAssetNow = endpoint({
  method: 'post',
  path: '/assets/:id/sync',
  family: 'Platforms',
  summary: 'Compare an asset with the platform that keeps it',
  description:
    'What the platform did by itself is booked, once; what nothing explains goes to the breaks. It happens every five minutes by itself.',
  access: 'RECONCILIATION_MANAGER',
  params: assetParams,
  alsoRefuses: [404, 409, 422],
  answers: {
    200: { description: 'What it came to', body: asksOfAsset },
    202: { description: 'It goes on; look at the asset', body: asksOfAsset },
  },
  async handle({ params, caller }, { db, syncs, answerWithinMs }) {
    const { id, platform_id: platform } = await inProject(db, caller.projectId, async (trx) => {
      const asset = await demandOnPlatform(trx, caller, params)
      if (await isCoinClosed(trx, asset.id)) throw closedForGood('asset')
      return asset
    })
    const state = await syncs.syncAsset({ platform, asset: id }, answerWithinMs)
    if (state === 'unavailable') throw notStarted('sync')
    return state === 'later'
      ? { status: 202, body: { status: 'ok', state: null } }
      : { status: 200, body: { status: 'ok', state } }
  },
})
