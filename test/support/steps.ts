import type { OperationId } from '#domain/ids.ts'
import type { Verb } from '#domain/operations/operation.ts'
import { NOTHING_PINNED, type PinnedRules } from '#domain/operations/pinned-rules.ts'
import {
  bookAtOnceStep,
  bookedState,
  decideStep,
  rolesToDecide,
  type OperationFacts,
  type Step,
} from '#domain/operations/step.ts'
import type { TestBook } from './book.ts'

/** A decision that the default rule would let count: what the book itself makes of it is what these tests ask. */
export function decided(facts: OperationFacts, verb: Verb, ticket: string): Step {
  const to = {
    accept: bookedState(facts),
    decline: 'declined',
    allow: bookedState(facts),
    clear: bookedState(facts),
    reject: 'rejected',
    confirm_payout: 'processed',
    refuse_payout: 'failed',
  } as const
  return decideStep(facts, { verb, ticket }, { roles: rolesToDecide(facts.kind, verb), to: to[verb] })
}

export type TransferAsked = {
  readonly coin: string
  readonly counterCoin: string
  readonly amount: bigint
  readonly organization: string
  readonly askedBy: string
  readonly bodyHash: string
  readonly key?: string
  readonly description?: string
  readonly rules?: PinnedRules
}

/** A transfer that is born and booked in one step. */
export function transferStep(
  { projectId, issuerId }: TestBook,
  operation: OperationId,
  { coin, counterCoin, amount, organization, rules = NOTHING_PINNED, ...asked }: TransferAsked,
): Step {
  const same = { amount, senderAmount: amount, recipientAmount: amount, rules }
  const facts: OperationFacts = {
    ...same,
    id: operation,
    projectId,
    kind: 'transfer',
    needsDecision: false,
    coinId: coin,
    counterCoinId: counterCoin,
    organizationId: organization,
    issuerId,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: null,
    bankAccountId: null,
    bankLineId: null,
  }
  return bookAtOnceStep(facts, { ...same, ...asked, coin, counterCoin, issuer: issuerId, organization })
}
