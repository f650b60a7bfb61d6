import type { Reservation } from '../contracts/limit.ts'
import type { ApprovalPlan } from './approval-plan.ts'

/** What an operation carries from its request on; the policy may change or go, this stays. */
export type PinnedScreening = {
  readonly policy: string
  readonly provider: string
  /** How old a verdict may be when somebody accepts. */
  readonly maxAgeMs: number
  /** How long a provider without a usable answer is asked again before it becomes a review. */
  readonly patienceMs?: number
}

/**
 * What stands between an operation and the money, as the rules were when it was asked for. It is kept with the operation,
 * so that a rule that is changed or deleted later does not touch what already hangs on it.
 */
export type PinnedRules = {
  readonly limits: readonly Reservation[]
  /** Null: it is not screened. */
  readonly screening: PinnedScreening | null
  /** Null: it waits for nobody. */
  readonly approval: ApprovalPlan | null
}

export const NOTHING_PINNED: PinnedRules = { limits: [], screening: null, approval: null }
