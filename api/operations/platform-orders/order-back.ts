import type { Knex } from 'knex'
import type { OperationRow } from '#db/operations/operations.ts'
import { formatAmount } from '#domain/money.ts'
import type { OrderKind } from '#domain/operations/operation.ts'
import type { Wish } from '../ask-for.ts'
import { pinRules } from '../pin-rules.ts'

type Back = {
  readonly original: OperationRow
  readonly kind: OrderKind
  /** Minor units, no more than is left of the original. */
  readonly amount: bigint
  readonly reason: string
  readonly at: Date
}

/** An order of ours that takes back what another one did: the platform is asked, once a second person has approved. */
export async function orderBack(trx: Knex, { original, kind, amount, reason, at }: Back): Promise<Wish> {
  const common = { kind, amount, needsDecision: true } as const
  return {
    ...common,
    coin: original.coin_id,
    issuer: original.issuer_id,
    organization: original.organization_id,
    senderAmount: amount,
    recipientAmount: amount,
    platform: original.platform,
    reversalOf: original.id,
    rules: await pinRules(trx, { ...common, issuerId: original.issuer_id, at, isScreened: false }),
    party: { description: reason },
    summary: `Reversal on the platform of ${formatAmount(amount, original.fraction)} ${original.currency_code}`,
  }
}
