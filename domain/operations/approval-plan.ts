import type { Role } from '../identity/role.ts'

/**
 * Who may let an operation go on. A plan is what one operation waits for: stages, each with so many places for people of
 * certain roles. In sequence only the first stage with a free place is open, together all of them are. Four eyes are
 * counted in persons: each stands in one approval at most, given by them or in their name, and the asker in none.
 */
export const ORDERS = ['sequence', 'together'] as const
export type Order = (typeof ORDERS)[number]

export type ApprovalStage = { readonly roles: readonly Role[]; readonly approvers: number }

export type ApprovalPlan = {
  /** Null: no rule matched, the default plan. */
  readonly rule: string | null
  /** Of the rule, from 1; 0 where there is none. */
  readonly version: number
  readonly order: Order
  readonly stages: readonly ApprovalStage[]
  /** Null: the project's default. */
  readonly expiresAfterMs: number | null
  /** So long after it began to wait, these roles fill any open place, too. */
  readonly escalation: { readonly afterMs: number; readonly roles: readonly Role[] } | null
}
