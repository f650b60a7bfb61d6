import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { closeCoin, CLOSING_RULE, lockOwnCoin } from './close-coin.ts'
import { coinBody, coinParams, coinSchema } from './coin.ts'

export const removeCoin = endpoint({
  method: 'delete',
  path: '/coins/:serial',
  family: 'Coins',
  summary: 'Close your empty coin',
  description: `${CLOSING_RULE} It is never switched on again. Its history stays, and you may open another one of the same issuer.`,
  access: 'COIN_OWNER',
  params: coinParams,
  answers: { 200: { description: 'Closed; the coin as it was left', body: coinSchema } },
  async handle({ params, caller }, { db }) {
    const closed = await inProject(db, caller.projectId, async (trx) =>
      closeCoin(trx, caller, { coin: await lockOwnCoin(trx, caller, params.serial) }),
    )
    return { status: 200, body: coinBody(closed) }
  },
})
