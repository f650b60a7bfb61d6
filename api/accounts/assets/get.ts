import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { assetBody, assetParams, assetSchema, findVisibleAsset } from './asset.ts'

export const getAsset = endpoint({
  method: 'get',
  path: '/assets/:id',
  family: 'Assets',
  summary: 'Read one asset',
  description: 'Also one that is closed. Clients read their own.',
  access: ['ACCOUNT_VIEWER', 'COIN_OWNER'],
  params: assetParams,
  answers: { 200: { description: 'The asset', body: assetSchema } },
  async handle({ params, caller }, { db }) {
    const asset = await inProject(db, caller.projectId, (trx) => findVisibleAsset(trx, caller, params.id))
    return { status: 200, body: assetBody(asset) }
  },
})
