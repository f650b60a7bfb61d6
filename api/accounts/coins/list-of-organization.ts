import { z } from 'zod'
import { listCoinsOf } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { findOrganization } from '#db/identity/organizations.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { coinsAnswer, staffCoinBody } from './coin.ts'

export const getOrganizationCoins = endpoint({
  method: 'get',
  path: '/organizations/:id/coins',
  family: 'Coins',
  summary: 'List the coins of an organization',
  access: 'ALL_TRANSACTIONS_VIEWER',
  params: z.strictObject({ id: text(64).meta({ description: 'Id of the organization' }) }),
  answers: coinsAnswer,
  async handle({ params, caller }, { db }) {
    const coins = await inProject(db, caller.projectId, async (trx) => {
      if (!(await findOrganization(trx, params.id))) throw notFound('id', 'organization')
      return listCoinsOf(trx, params.id)
    })
    return { status: 200, body: { coins: coins.map(staffCoinBody) } }
  },
})
