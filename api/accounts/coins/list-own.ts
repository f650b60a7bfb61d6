import { listCoinsOf } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { coinBody, coinsAnswer } from './coin.ts'

export const getCoins = endpoint({
  method: 'get',
  path: '/coins',
  family: 'Coins',
  summary: 'List your coins',
  access: 'COIN_OWNER',
  answers: coinsAnswer,
  async handle({ caller }, { db }) {
    const coins = await inProject(db, caller.projectId, (trx) => listCoinsOf(trx, caller.organizationId))
    return { status: 200, body: { coins: coins.map(coinBody) } }
  },
})
