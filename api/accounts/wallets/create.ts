import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { addWallet } from '#db/accounts/wallets.ts'
import { assetParams, findVisibleAsset } from '../assets/asset.ts'
import { closedForGood } from '../coins/close-coin.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter } from '../../http/problem.ts'
import {
  addressField,
  auditWallet,
  readWalletAddress,
  walletBody,
  walletSchema,
  walletTaken,
} from './wallet.ts'

export const createWallet = endpoint({
  method: 'post',
  path: '/assets/:id/wallets',
  family: 'Wallets',
  summary: 'Add a wallet to an asset',
  description: 'Not to one of fiat, which has an address itself. An address is on a network once.',
  access: 'ACCOUNT_MANAGER',
  params: assetParams,
  body: z.strictObject({
    network: text(64).meta({ description: 'Label of a network of the project', examples: ['tron'] }),
    address: addressField,
  }),
  answers: { 201: { description: 'Added', body: walletSchema } },
  async handle({ params, body, caller }, { db, newId }) {
    const added = await inProject(db, caller.projectId, async (trx) => {
      const asset = await findVisibleAsset(trx, caller, params.id)
      if (asset.closed_at) throw closedForGood('asset')
      if (asset.currency_kind === 'fiat')
        throw badParameter('network', `${asset.currency_code} is fiat, and fiat has no wallets`)
      const row = await addWallet(trx, {
        id: newId('wal'),
        project_id: caller.projectId,
        coin_id: asset.id,
        network: body.network,
        address: await readWalletAddress(trx, body),
        created_by: caller.personId,
      })
      if (!row) throw walletTaken()
      await auditWallet(trx, caller, { verb: 'create', after: row })
      return row
    })
    return { status: 201, body: walletBody(added) }
  },
})
