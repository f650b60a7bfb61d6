import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { accountBody, accountParams, accountSchema, findVisibleAccount } from './account.ts'

export const getAccount = endpoint({
  method: 'get',
  path: '/accounts/:id',
  family: 'Accounts',
  summary: 'Read one account',
  description: 'Clients read their own.',
  access: ['ACCOUNT_VIEWER', 'COIN_OWNER'],
  params: accountParams,
  answers: { 200: { description: 'The account', body: accountSchema } },
  async handle({ params, caller }, { db }) {
    const account = await inProject(db, caller.projectId, (trx) => findVisibleAccount(trx, caller, params.id))
    return { status: 200, body: accountBody(account) }
  },
})
