import { z } from 'zod'
import { findAsset } from '#db/accounts/assets.ts'
import { lockCoin } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { externalIdField } from '../accounts/account.ts'
import { applyCoinChange } from '../coins/apply-change.ts'
import { endpoint } from '../../http/endpoint.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { assetBody, assetParams, assetSchema } from './asset.ts'

export const patchAsset = endpoint({
  method: 'patch',
  path: '/assets/:id',
  family: 'Assets',
  summary: 'Switch an asset on or off, or change its external id',
  description:
    'Only in an account that is active can one be switched on. What staff have switched off, its owner does not switch on.',
  access: 'ACCOUNT_MANAGER',
  params: assetParams,
  body: patchBody({
    active: z.boolean().optional(),
    externalId: externalIdField.nullable().optional().meta({ description: 'Null takes it away' }),
  }),
  answers: { 200: { description: 'As it is now', body: assetSchema } },
  async handle({ params, body, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const found = await findAsset(trx, params.id)
      const coin = found && (await lockCoin(trx, found.serial))
      if (!coin) throw notFound('id', 'asset')
      await applyCoinChange(trx, caller, { coin, ...body })
      return findAsset(trx, params.id)
    })
    if (!changed) throw new Error('the asset that was just changed is not there')
    return { status: 200, body: assetBody(changed) }
  },
})
