import { findCoin } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { findOrganization } from '#db/identity/organizations.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { coinParams, coinSchema, staffCoinBody } from './coin.ts'

export const getOrganizationCoin = endpoint({
  method: 'get',
  path: '/organizations/:id/coins/:serial',
  family: 'Coins',
  summary: 'Read one coin of an organization',
  description: 'Also one that is closed.',
  access: 'ALL_TRANSACTIONS_VIEWER',
  params: coinParams.extend({ id: text(64).meta({ description: 'Id of the organization' }) }),
  answers: { 200: { description: 'The coin', body: coinSchema } },
  async handle({ params, caller }, { db }) {
    const coin = await inProject(db, caller.projectId, async (trx) => {
      if (!(await findOrganization(trx, params.id))) throw notFound('id', 'organization')
      const found = await findCoin(trx, params.serial)
      if (found?.organization_id !== params.id) throw notFound('serial', 'coin')
      return found
    })
    return { status: 200, body: staffCoinBody(coin) }
  },
})
