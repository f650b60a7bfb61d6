import type { Knex } from 'knex'
import { z } from 'zod'
import { findWalletOf } from '#db/accounts/wallets.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { askAnswers } from '../money-answers.ts'
import { badParameter } from '../../http/problem.ts'
import { askOrder } from './ask-order.ts'
import { assetParams } from './asset-params.ts'

export const withdrawFromPlatform = endpoint({
  method: 'post',
  path: '/assets/:id/withdraw',
  family: 'Platforms',
  summary: 'Withdraw from an asset that a platform keeps',
  description:
    'The amount is held until an accountant accepts or declines; then the platform is asked, and our balance moves when it has confirmed.',
  access: 'BANK_WITHDRAWAL_OWNER',
  idempotent: true,
  params: assetParams,
  body: z.strictObject({
    amount: amountText,
    walletId: text(64)
      .optional()
      .meta({ description: 'A wallet of the asset: where it goes over a blockchain' }),
    description: text(500).optional(),
  }),
  alsoRefuses: [404],
  answers: askAnswers,
  handle: ({ params, body, caller, headers }, deps) =>
    askOrder(deps, caller, {
      kind: 'platform_withdrawal',
      path: 'withdraw',
      asset: params.id,
      body,
      headers,
      needsDecision: true,
      restOf: (trx, asset) => destinationOf(trx, asset.id, body.walletId),
    }),
})

async function destinationOf(trx: Knex, coinId: string, walletId: string | undefined) {
  if (walletId === undefined) return {}
  const wallet = await findWalletOf(trx, { coinId, id: walletId })
  if (!wallet) throw badParameter('walletId', 'is not a wallet of this asset')
  const { network, address } = wallet
  return { party: { bankDetails: { network, address } } }
}
