import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listWallets } from '#db/accounts/wallets.ts'
import { assetParams, findVisibleAsset } from '../assets/asset.ts'
import { endpoint } from '../../http/endpoint.ts'
import { walletBody, walletSchema } from './wallet.ts'

export const getWallets = endpoint({
  method: 'get',
  path: '/assets/:id/wallets',
  family: 'Wallets',
  summary: 'List the wallets of an asset',
  description: 'Clients see those of their own assets.',
  access: ['ACCOUNT_VIEWER', 'COIN_OWNER'],
  params: assetParams,
  answers: {
    200: {
      description: 'All of them, oldest first; an empty list says so',
      body: z.strictObject({ message: z.string(), data: z.array(walletSchema) }),
    },
  },
  async handle({ params, caller }, { db }) {
    const rows = await inProject(db, caller.projectId, async (trx) => {
      const asset = await findVisibleAsset(trx, caller, params.id)
      return listWallets(trx, asset.id)
    })
    const message = rows.length === 0 ? 'No data to display' : `${rows.length} wallet(s)`
    return { status: 200, body: { message, data: rows.map(walletBody) } }
  },
})
