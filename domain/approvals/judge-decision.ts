import type { Role } from '../identity/role.ts'
import { AWAITED, type State, type Verb } from '../operations/operation.ts'
import {
  bookedState,
  firstState,
  needsApproval,
  rolesToDecide,
  stateAfterScreening,
  type Judgement,
  type OperationFacts,
} from '../operations/step.ts'
import { judgeAccept, judgeDecline, openRoles, type Decider, type Given } from './approval.ts'

type Ruled = Pick<OperationFacts, 'kind' | 'rules'>

/** What a decision is judged by: read together, so that it is one moment's truth. */
export type Situation = {
  readonly state: State
  readonly askedBy: string | null
  /** Accepts so far. */
  readonly given: readonly Given[]
  readonly decider: Decider
  /** Since when the operation is in its state. */
  readonly stateSince: Date
  readonly screenedAt: Date | null
  readonly now: Date
}

/**
 * Whether this person's decision counts, in which role, and where the operation goes with it. The book applies it only if
 * nothing of this has changed by then.
 */
export function judgeDecision(facts: OperationFacts, verb: Verb, situation: Situation): Judgement {
  const { approval } = facts.rules
  if (approval === null || (verb !== 'accept' && verb !== 'decline'))
    return judgeByRole(facts, verb, situation)
  const { given, decider, askedBy, stateSince: waitingSince, now } = situation
  const asked = { given, decider, askedBy, waitingSince, now }
  const judged = verb === 'accept' ? judgeAccept(approval, asked) : judgeDecline(approval, asked)
  if (!judged.counts) return { refuse: judged.refusal }
  const { role, onBehalfOf } = judged
  const counted = { roles: [role], ...(onBehalfOf === null ? {} : { onBehalfOf }), given: given.length }
  if (verb === 'decline') return { ...counted, to: 'declined' }
  const completes = 'completes' in judged && judged.completes
  return { ...counted, to: completes ? afterApproval(facts, situation) : 'awaiting_decision' }
}

/** Whether those who accepted so far are all it takes. */
export function isApproved(
  facts: OperationFacts,
  asked: Pick<Situation, 'given' | 'stateSince' | 'now'>,
): boolean {
  const { rules } = facts
  if (!needsApproval(facts)) return true
  if (asked.given.length === 0 || rules.approval === null) return asked.given.length > 0
  const { given, stateSince: waitingSince, now } = asked
  return openRoles(rules.approval, { given, waitingSince, now }).length === 0
}

/** Whether any decision that the operation waits for could be this person's. */
export function mayDecide({ kind, rules }: Ruled, situation: Omit<Situation, 'screenedAt'>): boolean {
  const [verb] = AWAITED[situation.state] ?? []
  if (verb === undefined) return false
  if (verb !== 'accept' || rules.approval === null) {
    const { decider, askedBy } = situation
    return actingRole(decider, rolesToDecide(kind, verb)) !== undefined && decider.personId !== askedBy
  }
  return judgeAccept(rules.approval, { ...situation, waitingSince: situation.stateSince }).counts
}

/** Money is not let go on a screening that is out of date: it is screened once more, and then goes on by itself. */
function afterApproval(facts: OperationFacts, { screenedAt, now }: Situation): State {
  const { screening } = facts.rules
  const isOutdated =
    screening !== null && (screenedAt === null || now.getTime() - screenedAt.getTime() > screening.maxAgeMs)
  return isOutdated ? 'screening' : bookedState(facts)
}

function judgeByRole(facts: OperationFacts, verb: Verb, situation: Situation): Judgement {
  const { askedBy, decider, state } = situation
  const roles = rolesToDecide(
    facts.kind,
    verb === 'reject' && state === 'limited' ? 'allow' : verb === 'reject' ? 'clear' : verb,
  )
  const role = actingRole(decider, roles)
  if (role === undefined) return { refuse: 'decider_not_permitted' }
  if (decider.personId === askedBy) return { refuse: 'decider_is_the_asker' }
  return { roles: [role], to: targetOf(facts, verb, situation) }
}

/** Delegation is of the approving role; what specialists and accountants record they do in their own. */
function actingRole({ role }: Decider, roles: readonly Role[]): Role | undefined {
  return role !== null && roles.includes(role) ? role : undefined
}

function targetOf(facts: OperationFacts, verb: Verb, situation: Situation): State {
  switch (verb) {
    case 'accept':
      return afterApproval(facts, situation)
    case 'decline':
      return 'declined'
    case 'allow':
      return firstState(facts)
    case 'clear':
      return stateAfterScreening(facts, { isApproved: isApproved(facts, situation) })
    case 'reject':
      return 'rejected'
    case 'confirm_payout':
      return 'processed'
    case 'refuse_payout':
      return 'failed'
  }
}
