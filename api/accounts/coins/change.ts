import { z } from 'zod'
import { lockCoin } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { applyCoinChange } from './apply-change.ts'
import { coinBody, coinParams, coinSchema } from './coin.ts'

export const patchCoin = endpoint({
  method: 'patch',
  path: '/coins/:serial',
  family: 'Coins',
  summary: 'Rename your coin, or switch it on or off',
  access: 'COIN_OWNER',
  params: coinParams,
  body: patchBody({ name: text().optional(), active: z.boolean().optional() }),
  answers: { 200: { description: 'As it is now', body: coinSchema } },
  async handle({ params, body, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const coin = await lockCoin(trx, params.serial)
      if (coin?.organization_id !== caller.organizationId) throw notFound('serial', 'coin')
      return applyCoinChange(trx, caller, { coin, ...body })
    })
    return { status: 200, body: coinBody(changed) }
  },
})
