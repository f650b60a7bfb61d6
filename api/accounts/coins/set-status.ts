import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { permissionsOf } from '#domain/identity/role.ts'
import { lockCoin } from '#db/accounts/coins.ts'
import { applyCoinChange } from './apply-change.ts'
import { coinBody, coinParams, coinSchema, staffCoinBody } from './coin.ts'

export const setCoinStatus = endpoint({
  method: 'patch',
  path: '/coins/:serial/status',
  family: 'Coins',
  summary: 'Switch a coin on or off',
  description: 'Its owner, or staff. What staff have switched off, only staff switch on.',
  access: ['COIN_OWNER', 'FREEZE_MANAGER'],
  params: coinParams,
  body: z.strictObject({
    active: z.boolean(),
    description: text(1000).optional(),
    deactivationReason: text(200).optional(),
  }),
  answers: { 200: { description: 'As it is now', body: coinSchema } },
  async handle({ params, body, caller }, { db }) {
    const isOwner = permissionsOf(caller.role).includes('COIN_OWNER')
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const coin = await lockCoin(trx, params.serial)
      if (!coin || (isOwner && coin.organization_id !== caller.organizationId))
        throw notFound('serial', 'coin')
      const { active, description = null, deactivationReason = null } = body
      const why = { reason: deactivationReason, description }
      return applyCoinChange(trx, caller, { coin, active, why })
    })
    return { status: 200, body: isOwner ? coinBody(changed) : staffCoinBody(changed) }
  },
})
