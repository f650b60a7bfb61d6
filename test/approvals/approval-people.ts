import type { ApprovalPlan, ApprovalStage } from '#domain/operations/approval-plan.ts'
import { judgeAccept, judgeDecline, type Decider, type Given } from '#domain/approvals/approval.ts'
import type { Role } from '#domain/identity/role.ts'

export const SINCE = new Date('2030-01-01T00:00:00Z')
export const HOUR = 3_600_000
export const later = (ms: number) => new Date(SINCE.getTime() + ms)

export function plan(stages: readonly ApprovalStage[], more: Partial<ApprovalPlan> = {}): ApprovalPlan {
  return {
    rule: 'apr_1',
    version: 1,
    order: 'sequence',
    expiresAfterMs: null,
    escalation: null,
    ...more,
    stages,
  }
}

export function stage(approvers: number, ...roles: Role[]): ApprovalStage {
  return { roles, approvers }
}

/** "ann:cfo" or, for somebody else, "bob:cfo/ann". */
export function gave(...texts: string[]): Given[] {
  return texts.map((text) => {
    const [who = '', onBehalfOf = null] = text.split('/')
    const [personId = '', role = ''] = who.split(':')
    return { personId, role: role as Role, onBehalfOf }
  })
}

/** "bob:accountant" and whom they stand for: "ann:cfo". */
export function decider(text: string, ...lent: string[]): Decider {
  const [personId = '', role] = text.split(':')
  const delegations = gave(...lent).map((one) => ({ from: one.personId, role: one.role }))
  return { personId, role: role === undefined ? null : (role as Role), delegations }
}

export type Case = {
  readonly plan: ApprovalPlan
  readonly given?: readonly Given[]
  readonly by: Decider
  readonly askedBy?: string | null
  readonly now?: Date
}

function asked({ given = [], by, askedBy = 'asker', now = SINCE }: Case) {
  return { given, decider: by, askedBy, waitingSince: SINCE, now }
}

export const accept = (one: Case) => judgeAccept(one.plan, asked(one))
export const decline = (one: Case) => judgeDecline(one.plan, asked(one))
