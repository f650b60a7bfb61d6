import type { Reservation } from '../contracts/limit.ts'
import { rolesWith, type Permission, type Role } from '../identity/role.ts'
import type { OperationId } from '../ids.ts'
import { enter, isPaidOut, type Movements, type OperationFacts, type Traded } from './enter-state.ts'
import { isOrder, type Kind, type State, type Verb } from './operation.ts'
import type { PinnedRules } from './pinned-rules.ts'
import type { Refusal } from './refusal.ts'
import type { ScreeningVerdict } from './screening-verdict.ts'

export { isPaidOut, type OperationFacts, type Traded }

/**
 * A step is the unit of the book: what must hold, what then becomes true, and the money that moves with it, applied
 * as one. `(operation, step)` is its idempotency key. These functions only say what a step is; the ledger applies it.
 */
export type Step = Movements & {
  readonly operation: OperationId
  readonly step: string
  readonly kind: Kind
  readonly expect: readonly State[]
  readonly to: State
  /** Where the operation goes if the book refuses; without it a refusal leaves the operation as it was. */
  readonly refusedTo?: State
  readonly create?: NewOperation
  readonly decision?: TicketUse
  /** Accounts that must be active, and their owners not frozen. */
  readonly active?: readonly string[]
  /** The bank account that must be approved. */
  readonly bankAccount?: string
  /** What happens instead where one of these is not so; without it the step is refused. */
  readonly otherwise?: { readonly to: State }
  /** What this takes of the client's limits. `max` absent: taken whatever the limit says. */
  readonly limits?: readonly (Omit<Reservation, 'max' | 'qualifier'> & { readonly max?: string })[]
  /** The client whose limits it takes of, or may give back to. */
  readonly limitsOf?: string
  /** What happens instead if a limit would be exceeded; without it the step is refused and nothing is kept of it. */
  readonly overLimit?: Movements & { readonly to: State }
  /** Only when the time to decide is over by the book's clock; sooner it is stale. */
  readonly whenDue?: true
  /** How long the decision may take that is awaited from now on; without it as long as the project says. */
  readonly decideInMs?: number
  readonly set?: Outcome
}

type TicketUse = {
  readonly ticket: string
  readonly verb: Verb
  /** The one role that counts here, or those of which one must be the person's. */
  readonly roles: readonly Role[]
  readonly onBehalfOf?: string
  /** How many accepts there were when this was judged; with another number it has to be judged again. */
  readonly given?: number
  /** The judgement was no: the ticket is used up for it. */
  readonly refuse?: Refusal
}
type Outcome = {
  readonly platformReference?: string
  readonly platformAt?: string
  readonly reason?: string
  readonly platform?: string
  readonly screened?: true
} & Partial<Traded>

/** An operation that is born in its step, without an intent before it. */
export type NewOperation = {
  readonly coin: string | null
  readonly counterCoin: string | null
  readonly issuer: string
  readonly organization: string
  readonly amount: bigint
  readonly senderAmount: bigint
  readonly recipientAmount: bigint
  readonly rules: PinnedRules
  readonly bankLine?: string
  readonly bank?: string
  readonly newLine?: NewBankLine
  /** Nobody asked for what a platform did by itself. */
  readonly askedBy?: string
  readonly description?: string
  readonly key?: string
  /** SHA-256 of method, path and canonical body, hex. */
  readonly bodyHash?: string
  /** Of what a platform did by itself: where, what it calls it, and when. */
  readonly platform?: string
  readonly platformReference?: string
  /** ISO 8601. */
  readonly platformAt?: string
}

/** The bank line that the operation brings: born with it, or, where the bank's reference was taken before, neither is. */
export type NewBankLine = {
  readonly id: string
  readonly reference: string
  /** ISO 8601. */
  readonly bookedAt?: string | undefined
  readonly text?: string | undefined
  readonly senderName?: string | undefined
  readonly senderIban?: string | undefined
}

const ORDER_OPEN = ['at_platform', 'outcome_unknown', 'awaiting_reference'] as const

/** Into the book: booked at once, or held back by the first rule that stands in the way. */
export function registerStep(facts: OperationFacts): Step {
  const to = firstState(facts)
  const common = {
    ...base(facts, 'register', ['received']),
    ...recheck(facts),
    ...enter(facts, to, { isHeld: false }),
    refusedTo: 'refused',
  } as const
  const { limits } = facts.rules
  if (limits.length === 0) return common
  const overLimit = enter(facts, 'limited', { isHeld: false })
  return { ...common, limits, overLimit }
}

/** A payout that came back is issued to the client again, even on an inactive coin: the money is theirs. */
export function registerReturnStep(facts: OperationFacts): Step {
  return {
    ...base(facts, 'register', ['received']),
    refusedTo: 'refused',
    ...enter(facts, 'processed', { isHeld: false }),
  }
}

/** An operation that is born and booked in one step inside the request. Over a limit nothing is booked, and it waits as an intent. */
export function bookAtOnceStep(facts: OperationFacts, create: NewOperation): Step {
  const { overLimit: _, ...step } = registerStep(facts)
  return { ...step, create }
}

/** What a platform did by itself is booked as it happened, on an inactive or frozen asset too: our balance is a mirror of its. */
export function bookEntryStep(facts: OperationFacts, create: NewOperation): Step {
  return {
    ...base(facts, 'register', ['received']),
    refusedTo: 'refused',
    ...enter(facts, 'processed', { isHeld: false }),
    create,
  }
}

/** What the judgement of one decision says; see domain/approvals/judge-decision.ts. */
export type Judgement =
  | {
      readonly roles: readonly Role[]
      readonly to: State
      readonly onBehalfOf?: string
      readonly given?: number
    }
  | { readonly refuse: Refusal }

export function decideStep(
  facts: OperationFacts,
  { verb, ticket }: { verb: Verb; ticket: string },
  judged: Judgement,
): Step {
  const asked = base(facts, `decide:${ticket}`, AWAITED_IN[verb])
  if ('refuse' in judged)
    return { ...asked, to: 'declined', decision: { ticket, verb, roles: [], refuse: judged.refuse } }
  const { to, ...rest } = judged
  const decision = { ticket, verb, ...rest }
  switch (verb) {
    case 'accept':
      return { ...asked, ...recheck(facts), ...enter(facts, to, { isHeld: true }), decision }
    case 'allow': {
      const limits = facts.rules.limits.map(({ limit, period, add }) => ({ limit, period, add }))
      return { ...asked, ...recheck(facts), ...enter(facts, to, { isHeld: true }), limits, decision }
    }
    case 'clear':
      return {
        ...asked,
        ...recheck(facts),
        ...enter(facts, to, { isHeld: true }),
        set: { screened: true },
        decision,
      }
    case 'decline':
    case 'reject':
    case 'confirm_payout':
    case 'refuse_payout':
      return { ...asked, ...enter(facts, to, { isHeld: true }), decision }
  }
}

const AWAITED_IN: Readonly<Record<Verb, readonly State[]>> = {
  accept: ['awaiting_decision'],
  decline: ['awaiting_decision'],
  allow: ['limited'],
  clear: ['review'],
  reject: ['limited', 'review'],
  confirm_payout: ['awaiting_reference'],
  refuse_payout: ['awaiting_reference'],
}

/** The time that is over may be that of an earlier wait: the book knows how long the present one may last. */
export function expireStep(facts: OperationFacts): Step {
  const asked = base(facts, 'expire', ['limited', 'awaiting_decision'])
  return {
    ...asked,
    whenDue: true,
    ...enter(facts, 'declined', { isHeld: true }),
    set: { reason: 'expired' },
  }
}

/**
 * What a check came to. A hit rejects and freezes; what is not clear waits for compliance; what is clear goes on.
 * @param isApproved all who must accept have done so already.
 */
export function screenedStep(
  facts: OperationFacts,
  checked: { n: number; verdict: ScreeningVerdict; isApproved: boolean },
): Step {
  const asked = base(facts, `screened:${checked.n}`, ['screening'])
  switch (checked.verdict) {
    case 'clear': {
      const to = stateAfterScreening(facts, checked)
      // Whoever accepts later has it looked at then; where nobody does, a person has to see what has changed meanwhile.
      const isLast = to !== 'awaiting_decision'
      return {
        ...asked,
        ...(isLast ? { ...recheck(facts), otherwise: { to: 'review' } as const } : {}),
        ...enter(facts, to, { isHeld: true }),
        set: { screened: true },
      }
    }
    case 'review':
      return { ...asked, to: 'review' }
    case 'hit':
      return {
        ...asked,
        ...enter(facts, 'rejected', { isHeld: true }),
        freeze: true,
        set: { reason: 'screening' },
      }
  }
}

export function outcomeUnknownStep(facts: OperationFacts): Step {
  return { ...base(facts, 'outcome_unknown', ['at_platform']), to: 'outcome_unknown' }
}

export function platformConfirmedStep(facts: OperationFacts, set: Outcome, traded?: Traded): Step {
  const asked = base(facts, 'platform_confirmed', ORDER_OPEN)
  return { ...asked, ...enter(facts, 'processed', { isHeld: true, traded }), set: { ...set, ...traded } }
}

/** The platform's history does not say what became of an order: a person has to find out. */
export function askPersonStep(facts: OperationFacts): Step {
  return { ...base(facts, 'ask_person', ['at_platform', 'outcome_unknown']), to: 'awaiting_reference' }
}

export function platformRefusedStep(facts: OperationFacts, reason: string): Step {
  const asked = base(facts, 'platform_refused', ORDER_OPEN)
  return { ...asked, ...enter(facts, 'failed', { isHeld: true }), set: { reason } }
}

/** The state in which an operation first waits, or in which it is booked. */
export function firstState(facts: OperationFacts): State {
  return facts.rules.screening === null ? stateAfterScreening(facts, { isApproved: false }) : 'screening'
}

export function stateAfterScreening(facts: OperationFacts, { isApproved }: { isApproved: boolean }): State {
  return isApproved || !needsApproval(facts) ? bookedState(facts) : 'awaiting_decision'
}

/** What was asked for as a request waits for somebody, and so does all that leaves through a bank or a platform, or corrects the book. */
export function needsApproval({ kind, needsDecision, rules }: OperationFacts): boolean {
  const isLeaving = isPaidOut(kind) || kind === 'platform_withdrawal'
  return needsDecision || rules.approval !== null || isLeaving || kind === 'reversal'
}

/** Where an operation goes when nothing holds it back any more. */
export function bookedState({ kind, platform }: OperationFacts): State {
  if (isOrder(kind)) return 'at_platform'
  if (!isPaidOut(kind)) return 'processed'
  return platform === null ? 'awaiting_reference' : 'at_platform'
}

/** Who may take a decision that no approval rule names: the default rule, and the decisions of specialists. */
export function rolesToDecide(kind: Kind, verb: Verb): Role[] {
  return rolesWith(permissionToDecide(kind, verb))
}

function permissionToDecide(kind: Kind, verb: Verb): Permission {
  if (verb === 'allow') return 'LIMITED_REQUEST_DECIDER'
  if (verb === 'clear') return 'AML_REVIEWER'
  switch (kind) {
    case 'top_up':
    case 'platform_deposit':
    case 'opening_balance':
      return 'BANK_TOP_UP_CREATION_EXECUTOR'
    case 'reversal':
      return 'REVERSAL_EXECUTOR'
    case 'suspense_return':
    case 'bank_line':
      return 'SUSPENSE_EXECUTOR'
    case 'withdrawal':
    case 'transfer':
    case 'return':
    case 'platform_withdrawal':
    case 'platform_trade':
    case 'platform_credit':
    case 'platform_debit':
      return 'BANK_WITHDRAWAL_CREATION_EXECUTOR'
  }
}

function base({ id, kind, rules, organizationId }: OperationFacts, step: string, expect: readonly State[]) {
  const isLimited = rules.limits.length > 0
  return { operation: id, step, kind, expect, ...(isLimited ? { limitsOf: organizationId } : {}) }
}

/** What has to hold when an operation is registered, and again whenever somebody lets it go on. */
function recheck({ kind, coinId, counterCoinId, bankAccountId }: OperationFacts): Partial<Step> {
  // A correction takes back what was booked wrongly, whatever became of the coin since; an asset gets what it begins with
  // before anybody activates it.
  if (kind === 'reversal' || kind === 'opening_balance') return {}
  const active = [coinId, counterCoinId].filter((id) => id !== null)
  return {
    ...(active.length > 0 ? { active } : {}),
    ...(bankAccountId === null ? {} : { bankAccount: bankAccountId }),
  }
}
