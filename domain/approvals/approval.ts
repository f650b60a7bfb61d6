import { isClientRole, ROLES, type Role } from '../identity/role.ts'
import type { ApprovalPlan, ApprovalStage } from '../operations/approval-plan.ts'
import type { Kind } from '../operations/operation.ts'

/** For amounts from `fromAmount` to just below `toAmount` (null: no end), in minor units of the issuer; no issuer: any. */
export type ApprovalRule = Omit<ApprovalPlan, 'rule'> & {
  readonly id: string
  readonly kind: Kind
  readonly issuerId: string | null
  readonly fromAmount: bigint
  readonly toAmount: bigint | null
}

/** What a bank brings or gives back, or a platform did by itself, has happened already: nobody is asked. */
const ARRIVES: readonly Kind[] = ['return', 'bank_line', 'platform_credit', 'platform_debit']

export function canNeedApproval(kind: Kind): boolean {
  return !ARRIVES.includes(kind)
}

type Band = Pick<ApprovalRule, 'kind' | 'issuerId' | 'fromAmount' | 'toAmount'>

/** Both would hold for some amount. Bands that only touch do not: the end of one is not in it. */
export function overlaps(one: Band, other: Band): boolean {
  return (
    one.kind === other.kind &&
    one.issuerId === other.issuerId &&
    isBelow(one.fromAmount, other.toAmount) &&
    isBelow(other.fromAmount, one.toAmount)
  )
}

function isBelow(amount: bigint, end: bigint | null): boolean {
  return end === null || amount < end
}

/**
 * What an operation has to wait for: the issuer's own rule before the one for any issuer. Without a rule, one approver of
 * `defaultRoles` where the operation needs a decision, else null.
 */
export function approvalFor(
  rules: readonly ApprovalRule[],
  asked: {
    readonly kind: Kind
    readonly issuerId: string
    readonly amount: bigint
    readonly needsDecision: boolean
    readonly defaultRoles: readonly Role[]
  },
): ApprovalPlan | null {
  const fitting = rules.filter(
    (rule) =>
      rule.kind === asked.kind && rule.fromAmount <= asked.amount && isBelow(asked.amount, rule.toAmount),
  )
  const rule =
    fitting.find(({ issuerId }) => issuerId === asked.issuerId) ??
    fitting.find(({ issuerId }) => issuerId === null)
  if (rule) {
    const { version, order, stages, expiresAfterMs, escalation } = rule
    return { rule: rule.id, version, order, stages, expiresAfterMs, escalation }
  }
  if (!asked.needsDecision) return null
  return {
    rule: null,
    version: 0,
    order: 'sequence',
    stages: [{ roles: asked.defaultRoles, approvers: 1 }],
    expiresAfterMs: null,
    escalation: null,
  }
}

/** An approval that counted: who gave it, as what, and for whom where it was delegated to them. */
export type Given = { readonly personId: string; readonly role: Role; readonly onBehalfOf: string | null }

export type Decider = {
  readonly personId: string
  /** Null: no active member. */
  readonly role: Role | null
  /** In force now, of active members. */
  readonly delegations: readonly { readonly from: string; readonly role: Role }[]
}

export type ApprovalRefusal = 'decider_not_permitted' | 'decider_is_the_asker' | 'already_decided'

type Counted = { readonly counts: true; readonly role: Role; readonly onBehalfOf: string | null }
type NotCounted = { readonly counts: false; readonly refusal: ApprovalRefusal }

type Waiting = { readonly given: readonly Given[]; readonly waitingSince: Date; readonly now: Date }
type Asked = Waiting & { readonly decider: Decider; readonly askedBy: string | null }

/**
 * Whether this person's yes counts, and as what: their own role before a delegated one, a place of the stage before one by
 * escalation. `already_decided`: they, or whom they stand for, are in an approval, or the places for their role are taken.
 */
export function judgeAccept(
  plan: ApprovalPlan,
  asked: Asked,
): (Counted & { readonly completes: boolean }) | NotCounted {
  const { given, decider, askedBy } = asked
  const used = new Set(given.flatMap(peopleIn))
  const refusal = refusalOfPerson(decider, askedBy)
  if (refusal) return refused(refusal)
  if (used.has(decider.personId)) return refused('already_decided')
  const capacities = capacitiesOf(decider)
  const free = capacities.filter((one) => !isFor(one, askedBy) && !peopleIn(one).some((id) => used.has(id)))
  const ways = waysIn(plan, asked)
  for (const isOpen of ways) {
    const found = free.find(({ role }) => isOpen(role))
    if (found) {
      const completes = given.length + 1 === placesIn(plan.stages)
      return { counts: true, role: found.role, onBehalfOf: found.onBehalfOf, completes }
    }
  }
  const open = capacities.filter(({ role }) => ways.some((isOpen) => isOpen(role)))
  if (open.length > 0)
    return refused(open.every((one) => isFor(one, askedBy)) ? 'decider_is_the_asker' : 'already_decided')
  const wereTheirs = begunStages(plan, given.length).flatMap(({ roles }) => roles)
  const isLate = capacities.some(({ role }) => wereTheirs.includes(role))
  return refused(isLate ? 'already_decided' : 'decider_not_permitted')
}

/** Whether this person's no counts: any one does, of whatever stage or of the escalation, at any time; never the asker's. */
export function judgeDecline(plan: ApprovalPlan, { decider, askedBy }: Asked): Counted | NotCounted {
  const refusal = refusalOfPerson(decider, askedBy)
  if (refusal) return refused(refusal)
  const named = [...plan.stages, ...(plan.escalation ? [plan.escalation] : [])].flatMap(({ roles }) => roles)
  const fitting = capacitiesOf(decider).filter(({ role }) => named.includes(role))
  const found = fitting.find((one) => !isFor(one, askedBy))
  if (found) return { counts: true, role: found.role, onBehalfOf: found.onBehalfOf }
  return refused(fitting.length > 0 ? 'decider_is_the_asker' : 'decider_not_permitted')
}

/** The roles whose yes would count now, from somebody who has not decided; none once every place is taken. */
export function openRoles(plan: ApprovalPlan, waiting: Waiting): Role[] {
  const ways = waysIn(plan, waiting)
  return ROLES.filter((role) => ways.some((isOpen) => isOpen(role)))
}

function refused(refusal: ApprovalRefusal): NotCounted {
  return { counts: false, refusal }
}

function refusalOfPerson({ personId, role }: Decider, askedBy: string | null): ApprovalRefusal | undefined {
  if (role === null || isClientRole(role)) return 'decider_not_permitted'
  return personId === askedBy ? 'decider_is_the_asker' : undefined
}

/** As what somebody can act: in their own role, then for others. */
function capacitiesOf({ personId, role, delegations }: Decider): Given[] {
  const own = role === null ? [] : [{ personId, role, onBehalfOf: null }]
  return [...own, ...delegations.map(({ from, role: lent }) => ({ personId, role: lent, onBehalfOf: from }))]
}

function peopleIn({ personId, onBehalfOf }: Given): string[] {
  return onBehalfOf === null ? [personId] : [personId, onBehalfOf]
}

function isFor({ onBehalfOf }: Given, person: string | null): boolean {
  return onBehalfOf !== null && onBehalfOf === person
}

function placesIn(stages: readonly ApprovalStage[]): number {
  return stages.reduce((sum, { approvers }) => sum + approvers, 0)
}

/** The stages that approvals could go to so far: the open one and those before it, which are full. */
function begunStages({ order, stages }: ApprovalPlan, given: number): readonly ApprovalStage[] {
  if (order === 'together') return stages
  return stages.filter((_, at) => placesIn(stages.slice(0, at)) <= given)
}

/** The ways to a free place, the first before the second: by a stage that names the role, and by the escalation. */
function waysIn(plan: ApprovalPlan, { given, waitingSince, now }: Waiting): ((role: Role) => boolean)[] {
  const { order, stages, escalation } = plan
  if (given.length >= placesIn(stages)) return []
  const isEscalated = escalation !== null && now.getTime() - waitingSince.getTime() >= escalation.afterMs
  const fillsAny = (role: Role) => isEscalated && escalation.roles.includes(role)
  if (order === 'sequence') {
    const open = begunStages(plan, given.length).at(-1)
    return [(role) => open?.roles.includes(role) ?? false, fillsAny]
  }
  const everyStage = stages.map((_, at) => at)
  const namedBy = (role: Role) => everyStage.filter((at) => stages[at]?.roles.includes(role))
  const taken = given.map(({ role }) => {
    const named = namedBy(role)
    // One that no stage names came by the escalation, whatever this machine's clock says.
    return fillsAny(role) || named.length === 0 ? everyStage : named
  })
  return [
    (role) => canAllSit(stages, [...taken, namedBy(role)]),
    (role) => fillsAny(role) && canAllSit(stages, [...taken, everyStage]),
  ]
}

/**
 * Whether each approval finds a place in one of its stages. Nobody keeps a place that somebody else needs: who can sit
 * elsewhere moves (augmenting paths), so that no order of arrival blocks an end that another would reach.
 */
function canAllSit(stages: readonly ApprovalStage[], approvals: readonly (readonly number[])[]): boolean {
  const seated: number[][] = stages.map(() => [])
  const sit = (approval: number, tried: Set<number>): boolean =>
    (approvals[approval] ?? []).some((stage) => {
      const here = seated[stage]
      const places = stages[stage]?.approvers ?? 0
      if (!here || tried.has(stage)) return false
      tried.add(stage)
      if (here.length < places) return here.push(approval) > 0
      const moved = here.findIndex((other) => sit(other, tried))
      if (moved < 0) return false
      here[moved] = approval
      return true
    })
  return approvals.every((_, approval) => sit(approval, new Set()))
}
