import type { Knex } from 'knex'
import { z } from 'zod'
import { isCoinActive } from '#db/accounts/coins.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { askAnswers } from '../money-answers.ts'
import { badParameter, refusalProblem } from '../../http/problem.ts'
import { askOrder, demandOnPlatform, type OnPlatform } from './ask-order.ts'
import { assetParams } from './asset-params.ts'

export const tradeOnPlatform = endpoint({
  method: 'post',
  path: '/assets/:id/trade',
  family: 'Platforms',
  summary: 'Exchange an asset for another one on the platform that keeps both',
  description:
    'At the price of the moment there. The amount is held meanwhile; both balances move when the platform has confirmed what it sold and bought.',
  access: ['TRANSFER_EXECUTOR', 'BANK_TOP_UP_CREATION_EXECUTOR'],
  idempotent: true,
  params: assetParams,
  body: z.strictObject({
    amount: amountText,
    buyAssetId: text(64).meta({ description: 'Of the same client on the same platform' }),
    description: text(500).optional(),
  }),
  alsoRefuses: [404],
  answers: askAnswers,
  handle: ({ params, body, caller, headers }, deps) =>
    askOrder(deps, caller, {
      kind: 'platform_trade',
      path: 'trade',
      asset: params.id,
      body,
      headers,
      needsDecision: false,
      restOf: (trx, asset) => boughtAsset(trx, caller, { asset, id: body.buyAssetId }),
    }),
})

async function boughtAsset(trx: Knex, caller: Caller, { asset, id }: { asset: OnPlatform; id: string }) {
  const bought = await demandOnPlatform(trx, caller, { id, parameter: 'buyAssetId' })
  if (bought.id === asset.id)
    throw badParameter('buyAssetId', 'must be another asset than the one that is sold')
  if (!(await isCoinActive(trx, bought.id))) throw refusalProblem('coin_inactive', 'buyAssetId')
  if (bought.organization_id !== asset.organization_id)
    throw badParameter('buyAssetId', 'must be an asset of the same client')
  if (bought.platform_id !== asset.platform_id)
    throw badParameter('buyAssetId', 'must be kept on the same platform')
  if (bought.issuer_id === asset.issuer_id) throw badParameter('buyAssetId', 'must be of another currency')
  return { counterCoin: bought }
}
