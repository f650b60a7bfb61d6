import type { Knex } from 'knex'
import { z } from 'zod'
import { findCoinFacts, type CoinFacts } from '#db/accounts/coin-facts.ts'
import type { Caller } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { demandKeptHere, readCoinAndAmount, type CoinAndAmount } from '../wish-context.ts'
import { badParameter } from '../../http/problem.ts'

export const transferBody = z.strictObject({
  paymentTool: z.strictObject({
    type: z.literal('COIN', 'must be COIN; smart cards come with a later version'),
    srcValue: text(34).meta({ description: 'Serial of the coin that pays' }),
    destValue: text(34).meta({ description: 'Serial of the coin that receives' }),
  }),
  amount: amountText,
  description: text(500).optional(),
})

export type Route = CoinAndAmount & { readonly counterCoin: CoinAndAmount['coin'] }

/** Both coins, of one issuer, and the amount in its currency. */
export async function readRoute(
  trx: Knex,
  caller: Caller,
  body: z.infer<typeof transferBody>,
): Promise<Route> {
  const { srcValue, destValue } = body.paymentTool
  const source = await readCoinAndAmount(trx, caller, {
    coinSerial: srcValue,
    amount: body.amount,
    parameter: 'paymentTool.srcValue',
  })
  return routeOf(source, await findCoinFacts(trx, destValue))
}

/** The same of coins that were read already. */
export function routeOf(source: CoinAndAmount, counterCoin: CoinFacts | undefined): Route {
  if (!counterCoin) throw badParameter('paymentTool.destValue', 'is not the serial of a coin')
  if (counterCoin.id === source.coin.id)
    throw badParameter('paymentTool.destValue', 'must be another coin than srcValue')
  if (counterCoin.issuer_id !== source.coin.issuer_id)
    throw badParameter('paymentTool.destValue', 'must be a coin of the same issuer as srcValue')
  demandKeptHere(counterCoin, 'paymentTool.destValue')
  return { ...source, counterCoin }
}
