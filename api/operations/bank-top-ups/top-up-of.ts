import type { WishFacts } from '#db/operations/wish-facts.ts'
import { formatAmount } from '#domain/money.ts'
import { pinBy, priceBy } from '../pin-rules.ts'
import type { CoinAndAmount } from '../wish-context.ts'

/** A wish for a top-up with its price and the rules that hold it back. */
export function topUpOf(
  { coin, amount }: CoinAndAmount,
  facts: WishFacts,
  { needsDecision, at }: { needsDecision: boolean; at: Date },
) {
  const { terms, charge } = priceBy(facts.terms, { amount })
  const { senderAmount, recipientAmount } = charge
  const common = { kind: 'top_up', needsDecision, amount } as const
  return {
    ...common,
    coin: coin.id,
    issuer: coin.issuer_id,
    organization: coin.organization_id,
    senderAmount,
    recipientAmount,
    rules: pinBy({ ...common, issuerId: coin.issuer_id, terms, at }, facts),
    summary: `Top-up of ${formatAmount(amount, coin.fraction)} ${coin.code}`,
  }
}
