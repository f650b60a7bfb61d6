import type { Operation, Plan } from './run.ts'

/** Whom an operation waits for where no rule names them: the accountant, but for what has its own specialists. */
const DEFAULT_ROLES: Readonly<Record<string, readonly string[]>> = {
  reversal: ['cfo', 'accountant'],
  suspense_return: ['accountant', 'compliance_manager', 'compliance_specialist'],
}

export function defaultRoles(kind: string): readonly string[] {
  return DEFAULT_ROLES[kind] ?? ['accountant']
}

export function defaultPlan(kind: string): Plan {
  return {
    rule: null,
    version: 0,
    order: 'sequence',
    stages: [{ roles: defaultRoles(kind), approvers: 1 }],
    escalation: null,
  }
}

export function planOf({ kind, rules }: Operation): Plan {
  return rules.approval ?? defaultPlan(kind)
}

export function placesOf({ stages }: Plan): number {
  return stages.reduce((places, { approvers }) => places + approvers, 0)
}

export type Seat = {
  readonly role: string
  /** The escalation was in force when it was given. */
  readonly isEscalated: boolean
}

/** Whether these approvals, in the order in which they came, could each take a place of the plan. */
export function canSit(plan: Plan, given: readonly Seat[]): boolean {
  return plan.order === 'sequence' ? canSitInTurn(plan, given) : canSitTogether(plan, given)
}

function canSitInTurn(plan: Plan, given: readonly Seat[]): boolean {
  const places = plan.stages.flatMap(({ roles, approvers }) => Array.from({ length: approvers }, () => roles))
  return given.every((seat, i) => {
    const roles = places[i]
    return roles !== undefined && fits(plan, { seat, roles })
  })
}

/** Tries every way: there are a handful of places. */
function canSitTogether(plan: Plan, given: readonly Seat[]): boolean {
  const place = (at: number, free: readonly number[]): boolean => {
    const seat = given[at]
    if (seat === undefined) return true
    return plan.stages.some(({ roles }, stage) => {
      const left = free[stage] ?? 0
      return left > 0 && fits(plan, { seat, roles }) && place(at + 1, free.with(stage, left - 1))
    })
  }
  return place(
    0,
    plan.stages.map(({ approvers }) => approvers),
  )
}

function fits({ escalation }: Plan, { seat, roles }: { seat: Seat; roles: readonly string[] }): boolean {
  return roles.includes(seat.role) || (seat.isEscalated && (escalation?.roles.includes(seat.role) ?? false))
}
