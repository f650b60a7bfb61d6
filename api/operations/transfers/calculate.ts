import { inProject } from '#db/connection.ts'
import { listAccountNames } from '#db/operations/operation-details.ts'
import { endpoint } from '../../http/endpoint.ts'
import { transferCalculationSchema } from '../calculation-schema.ts'
import { calculation } from '../wish-context.ts'
import { price } from '../pin-rules.ts'
import { readRoute, transferBody } from './transfer-fields.ts'

export const calculateTransfer = endpoint({
  method: 'post',
  path: '/transfers/calculate',
  family: 'Transfers',
  summary: 'Calculate what a transfer will take',
  access: 'TRANSFER_EXECUTOR',
  body: transferBody,
  answers: { 200: { description: 'Exact to the minor unit', body: transferCalculationSchema } },
  async handle({ body, caller }, { db, now }) {
    const answer = await inProject(db, caller.projectId, async (trx) => {
      const route = await readRoute(trx, caller, body)
      const { charge } = await price(trx, { flow: 'transfer', ...route, at: now() })
      const names = await listAccountNames(trx, [route.counterCoin.id])
      return {
        ...calculation(route, charge),
        paymentToolDetails: {
          type: 'COIN',
          srcValue: route.coin.serial,
          srcId: route.coin.id,
          destValue: route.counterCoin.serial,
          destId: route.counterCoin.id,
          currency: route.coin.code,
          symbol: route.coin.symbol,
          recipientFullName: names.get(route.counterCoin.id)?.organization_name ?? null,
        },
      }
    })
    return { status: 200, body: answer }
  },
})
