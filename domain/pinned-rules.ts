import type { ApprovalPlan } from './approval.ts'
import type { Reservation } from './limit.ts'
import type { PinnedScreening } from './screening.ts'

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
