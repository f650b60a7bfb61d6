import {
  captureForPayout,
  giveBackFromPayout,
  issueTo,
  redeemFromPayout,
  transferBetween,
  type Leg,
} from './accounting.ts'
import type { OperationId } from './ids.ts'
import type { Kind, State, Verb } from './operation.ts'
import { rolesWith, type Role } from './role.ts'

/**
 * A step is the unit of the book: what must hold, what then becomes true, and the money that moves with it, applied
 * as one. `(operation, step)` is its idempotency key. These functions only say what a step is; the ledger applies it.
 */
export type Step = {
  readonly operation: OperationId
  readonly step: string
  readonly kind: Kind
  readonly expect: readonly State[]
  readonly to: State
  /** Where the operation goes if the book refuses; without it a refusal leaves the operation as it was. */
  readonly refusedTo?: State
  readonly create?: NewOperation
  readonly decision?: Decision
  /** Accounts that must be active. */
  readonly active?: readonly string[]
  readonly legs?: readonly Leg[]
  readonly hold?: Hold
  readonly set?: Outcome
}

type Hold = {
  readonly action: 'place' | 'capture' | 'release'
  readonly account: string
  readonly amount: bigint
}
type Decision = { readonly ticket: string; readonly verb: Verb; readonly roles: readonly Role[] }
type Outcome = {
  readonly platformReference?: string
  readonly platformAt?: string
  readonly reason?: string
  readonly platform?: string
}

/** An operation that is born in its step, without an intent before it. */
export type NewOperation = {
  readonly coin: string
  readonly counterCoin: string
  readonly issuer: string
  readonly organization: string
  readonly amount: bigint
  readonly askedBy: string
  readonly description?: string
  readonly key?: string
  /** SHA-256 of method, path and canonical body, hex. */
  readonly bodyHash: string
}

/** What never changes about an operation once it was asked for. */
export type OperationFacts = {
  readonly id: OperationId
  readonly projectId: string
  readonly kind: Kind
  readonly needsDecision: boolean
  readonly coinId: string
  readonly issuerId: string
  readonly amount: bigint
  /** The label of the platform that pays out; null where a person does it. */
  readonly platform: string | null
}

const PAYOUT_OPEN = ['paying_out', 'payout_unknown', 'awaiting_reference'] as const

export function registerStep(facts: OperationFacts): Step {
  const waits = facts.needsDecision || facts.kind === 'withdrawal'
  const to = waits ? 'awaiting_decision' : 'processed'
  const common = {
    ...base(facts, 'register', ['received']),
    to,
    refusedTo: 'refused',
    active: [facts.coinId],
  } as const
  if (facts.kind === 'withdrawal') return { ...common, hold: hold(facts, 'place') }
  return waits ? common : { ...common, legs: issueTo(facts) }
}

/** A payout that came back is issued to the client again, even on an inactive coin: the money is theirs. */
export function registerReturnStep(facts: OperationFacts): Step {
  return {
    ...base(facts, 'register', ['received']),
    to: 'processed',
    refusedTo: 'refused',
    legs: issueTo(facts),
  }
}

export function decideStep(facts: OperationFacts, verb: Verb, ticket: string): Step {
  const decision = { ticket, verb, roles: rolesWith(permissionToDecide(facts.kind)) }
  const step = `decide:${ticket}`
  switch (verb) {
    case 'accept':
      return { ...acceptStep(facts, step), decision }
    case 'decline':
      return { ...declineStep(facts, step), decision }
    case 'confirm_payout':
      return {
        ...base(facts, step, ['awaiting_reference']),
        to: 'processed',
        legs: redeemFromPayout(facts),
        decision,
      }
    case 'refuse_payout':
      return {
        ...base(facts, step, ['awaiting_reference']),
        to: 'failed',
        legs: giveBackFromPayout(facts),
        decision,
      }
  }
}

export function expireStep(facts: OperationFacts): Step {
  return { ...declineStep(facts, 'expire'), set: { reason: 'expired' } }
}

export function payoutUnknownStep(facts: OperationFacts): Step {
  return { ...base(facts, 'payout_unknown', ['paying_out']), to: 'payout_unknown' }
}

export function payoutConfirmedStep(facts: OperationFacts, set: Outcome): Step {
  return {
    ...base(facts, 'payout_confirmed', PAYOUT_OPEN),
    to: 'processed',
    legs: redeemFromPayout(facts),
    set,
  }
}

export function payoutRefusedStep(facts: OperationFacts, reason: string): Step {
  return {
    ...base(facts, 'payout_refused', PAYOUT_OPEN),
    to: 'failed',
    legs: giveBackFromPayout(facts),
    set: { reason },
  }
}

export function transferStep(operation: OperationId, create: NewOperation): Step {
  return {
    ...base({ id: operation, kind: 'transfer' }, 'register', ['received']),
    to: 'processed',
    refusedTo: 'refused',
    create,
    active: [create.coin, create.counterCoin],
    legs: transferBetween(create.coin, create.counterCoin, create.amount),
  }
}

/** The default approval rule: one person with the role that executes this kind, never the one who asked. */
export function permissionToDecide(kind: Kind) {
  return kind === 'top_up' ? 'BANK_TOP_UP_CREATION_EXECUTOR' : 'BANK_WITHDRAWAL_CREATION_EXECUTOR'
}

function base(facts: Pick<OperationFacts, 'id' | 'kind'>, step: string, expect: readonly State[]) {
  return { operation: facts.id, step, kind: facts.kind, expect }
}

function acceptStep(facts: OperationFacts, step: string): Step {
  const common = { ...base(facts, step, ['awaiting_decision']), active: [facts.coinId] }
  if (facts.kind === 'top_up') return { ...common, to: 'processed', legs: issueTo(facts) }
  const to = facts.platform === null ? 'awaiting_reference' : 'paying_out'
  return { ...common, to, hold: hold(facts, 'capture'), legs: captureForPayout(facts) }
}

function declineStep(facts: OperationFacts, step: string): Step {
  const common = { ...base(facts, step, ['awaiting_decision']), to: 'declined' } as const
  return facts.kind === 'withdrawal' ? { ...common, hold: hold(facts, 'release') } : common
}

function hold(facts: OperationFacts, action: Hold['action']): Hold {
  return { action, account: facts.coinId, amount: facts.amount }
}
