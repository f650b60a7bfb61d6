import type { Knex } from 'knex'
import type { BankLineRow } from '#db/operations/bank-lines.ts'
import type { CoinFacts } from '#db/accounts/coin-facts.ts'
import { formatAmount } from '#domain/money.ts'
import type { Wish } from '../ask-for.ts'
import { pinRules, price } from '../pin-rules.ts'

/** A top-up that moves the money of a line from suspense to a coin; the commission comes out of what has arrived. */
export async function topUpOverLine(
  trx: Knex,
  asked: {
    readonly line: BankLineRow
    readonly coin: CoinFacts
    readonly needsDecision: boolean
    readonly isScreened?: boolean
    /** The client reads it on their top-up; without it they read the bank's text. */
    readonly description?: string
    readonly at: Date
  },
): Promise<Wish & { readonly kind: 'top_up' }> {
  const { line, coin, needsDecision, isScreened = true, at } = asked
  const amount = BigInt(line.amount)
  const { terms, charge } = await price(trx, { flow: 'bank_top_up', coin, amount, isArrived: true, at })
  const { senderAmount, recipientAmount } = charge
  const common = { kind: 'top_up', amount, needsDecision } as const
  return {
    ...common,
    coin: coin.id,
    issuer: coin.issuer_id,
    organization: coin.organization_id,
    senderAmount,
    recipientAmount,
    bank: line.bank_id,
    bankLine: line.id,
    rules: await pinRules(trx, { ...common, issuerId: coin.issuer_id, terms, at, isScreened }),
    party: {
      fullName: line.sender_name ?? undefined,
      iban: line.sender_iban ?? undefined,
      description: asked.description ?? line.text ?? undefined,
    },
    summary: `Top-up of ${formatAmount(amount, coin.fraction)} ${coin.code} from a bank line`,
  }
}
