import type { Knex } from 'knex'
import { formatAmount } from '#domain/money.ts'
import { pinRules, price } from '../operations/pin-rules.ts'
import type { CoinAndAmount } from '../operations/wish-context.ts'

/** A wish for a top-up with its price and the rules that hold it back. */
export async function topUpOf(
  trx: Knex,
  { coin, amount, needsDecision, at }: CoinAndAmount & { needsDecision: boolean; at: Date },
) {
  const { terms, charge } = await price(trx, { flow: 'bank_top_up', coin, amount, at })
  const { senderAmount, recipientAmount } = charge
  return {
    kind: 'top_up',
    needsDecision,
    coin: coin.id,
    issuer: coin.issuer_id,
    organization: coin.organization_id,
    amount,
    senderAmount,
    recipientAmount,
    rules: await pinRules(trx, {
      kind: 'top_up',
      issuerId: coin.issuer_id,
      amount,
      needsDecision,
      terms,
      at,
    }),
    summary: `Top-up of ${formatAmount(amount, coin.fraction)} ${coin.code}`,
  } as const
}
