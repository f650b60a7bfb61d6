import type { Knex } from 'knex'
import { recordIntent } from '#db/operations/intents.ts'
import { newId } from '#domain/ids.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import type { OperationFacts } from '#domain/operations/step.ts'
import { randomBytes } from 'node:crypto'

export type Intended = Partial<Omit<OperationFacts, 'id' | 'projectId'>> & {
  readonly kind: 'top_up' | 'withdrawal'
  readonly coinId: string
  readonly organizationId: string
  readonly issuerId: string
  readonly amount: bigint
  readonly askedBy?: string
}

export type IntendedFacts = OperationFacts & { readonly coinId: string }

/** Commits a wish, as a money POST does, and gives its facts. Nothing is charged and nothing holds it back unless said. */
export async function intend(
  db: Knex,
  projectId: string,
  { askedBy, ...asked }: Intended,
): Promise<IntendedFacts> {
  const facts: IntendedFacts = {
    needsDecision: false,
    counterCoinId: null,
    senderAmount: asked.amount,
    recipientAmount: asked.amount,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: null,
    bankAccountId: null,
    bankLineId: null,
    rules: NOTHING_PINNED,
    ...asked,
    id: newId('op', Date.now(), randomBytes(16)),
    projectId,
  }
  await recordIntent(db, projectId, {
    id: facts.id,
    kind: asked.kind,
    needsDecision: facts.needsDecision,
    coin: facts.coinId,
    issuer: facts.issuerId,
    organization: facts.organizationId,
    amount: facts.amount,
    senderAmount: facts.senderAmount,
    recipientAmount: facts.recipientAmount,
    rules: facts.rules,
    platform: facts.platform,
    ...(askedBy === undefined ? {} : { askedBy }),
    ...(facts.bankAccountId === null ? {} : { bankAccount: facts.bankAccountId }),
  })
  return facts
}
