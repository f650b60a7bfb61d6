import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { authorize } from '../authenticate.ts'
import { endpoint } from '../endpoint.ts'
import { text } from '../fields.ts'
import { notFound } from '../problem.ts'
import { permissionsOf } from '#domain/role.ts'
import { lockCoin } from '#db/coins.ts'
import { applyCoinChange } from './apply-change.ts'
import { coinBody, coinParams, coinSchema } from './coin.ts'

/** Who administrates issuers administrates what is issued. */
const ADMINISTRATES = 'ISSUER_MANAGER'

export const setCoinStatus = endpoint({
  method: 'patch',
  path: '/coins/:serial/status',
  family: 'Coins',
  summary: 'Switch a coin on or off',
  description: `Its owner (COIN_OWNER), or staff with ${ADMINISTRATES}. What staff have switched off, only staff switch on.`,
  access: 'signed_in',
  params: coinParams,
  body: z.strictObject({
    active: z.boolean(),
    description: text(1000).optional(),
    deactivationReason: text(200).optional(),
  }),
  answers: { 200: { description: 'As it is now', body: coinSchema } },
  async handle({ params, body, caller }, { db }) {
    const isOwner = permissionsOf(caller.role).includes('COIN_OWNER')
    if (!isOwner) authorize(caller, ADMINISTRATES)
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const coin = await lockCoin(trx, params.serial)
      if (!coin || (isOwner && coin.organization_id !== caller.organizationId))
        throw notFound('serial', 'coin')
      const { active, description, deactivationReason } = body
      const why = { description, deactivationReason }
      return applyCoinChange(trx, caller, { coin, active, why })
    })
    return { status: 200, body: coinBody(changed) }
  },
})
