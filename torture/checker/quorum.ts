import { canSit, defaultPlan, placesOf, planOf, type Seat } from './plan.ts'
import { groupBy, indexBy } from './rows.ts'
import type { ApprovalVersion, Book, Decision, Finding, Operation, Plan, Rule, Step } from './run.ts'
import { bookedState, needsApproval } from './states.ts'

/**
 * No money moves before everybody whom the plan asks for has accepted, each in a place of their own and each person
 * once; and with the last of them it does not wait any longer.
 */
export const quorumBeforeMoney: Rule = {
  name: 'quorum_before_money',
  find: ({ book }) => {
    const steps = groupBy(
      book.steps.filter(({ outcome }) => outcome === 'applied'),
      ({ operation_id }) => operation_id,
    )
    const decisions = indexBy(book.decisions, ({ ticket_id }) => ticket_id)
    return book.operations
      .filter(needsApproval)
      .flatMap((operation) => judgeApproval(operation, steps.get(operation.id) ?? [], decisions))
  },
}

function judgeApproval(
  operation: Operation,
  steps: readonly Step[],
  decisions: ReadonlyMap<string, Decision>,
): Finding[] {
  const plan = planOf(operation)
  const [seats, people]: [Seat[], string[]] = [[], []]
  let waitsSince = 0
  for (const step of steps) {
    const found = (detail: string) => [{ subject: operation.id, detail: `${step.step}: ${detail}` }]
    const decision = decisions.get(step.step.slice('decide:'.length))
    if (decision?.verb === 'accept') {
      const { person_id, on_behalf_of, role } = decision
      const mine = on_behalf_of === null ? [person_id] : [person_id, on_behalf_of]
      if (mine.some((person) => people.includes(person))) return found(`${mine.join(' for ')} counts twice`)
      people.push(...mine)
      seats.push({ role, isEscalated: isEscalated(plan, step.at.getTime() - waitsSince) })
      if (!canSit(plan, seats)) return found(`no place for a ${role} after ${seats.length - 1} other(s)`)
    }
    const isFull = seats.length === placesOf(plan)
    const isLetGo = step.to_state === bookedState(operation) && step.from_state !== step.to_state
    if (isLetGo && !HAS_BEGUN.has(step.from_state) && !isFull)
      return found(`${step.to_state} with ${seats.length} of ${placesOf(plan)} approval(s)`)
    if (step.to_state === 'awaiting_decision' && isFull)
      return found('waits on, though everybody has accepted')
    if (step.to_state === 'awaiting_decision' && step.from_state !== step.to_state)
      waitsSince = step.at.getTime()
  }
  return []
}

/** Let go before: what follows is the bank's word. */
const HAS_BEGUN: ReadonlySet<string> = new Set(['at_platform', 'outcome_unknown', 'awaiting_reference'])

function isEscalated({ escalation }: Plan, waitedMs: number): boolean {
  return escalation !== null && waitedMs >= escalation.afterMs
}

/** Between reading the rules and committing the wish a process may have stood still. */
const STALE_MS = 60_000

/** An operation waits for those whom the rules in force named when it was asked for. */
export const approvalIsByTheRule: Rule = {
  name: 'approval_is_by_the_rule',
  find: ({ book }) =>
    book.operations
      .filter((operation) => !HAPPENED.has(operation.kind))
      .flatMap((operation) => {
        const pinned = toldOf(operation.rules.approval)
        const due = momentsOf(book, operation).map((at) => toldOf(dueAt(book, operation, at)))
        return due.includes(pinned)
          ? []
          : { subject: operation.id, detail: `waits for ${pinned}; the rules say ${due.join(' or ')}` }
      }),
}

/** Nobody asks whether it may: it has. */
const HAPPENED: ReadonlySet<string> = new Set(['return', 'bank_line', 'platform_credit', 'platform_debit'])

/** When it was asked for, and before each change of the rules shortly before. */
function momentsOf({ approvalVersions }: Book, { created_at, project_id }: Operation): Date[] {
  const asked = created_at.getTime()
  const changes = approvalVersions
    .filter((version) => version.project_id === project_id)
    .map((version) => version.created_at.getTime())
    .filter((at) => at <= asked && at > asked - STALE_MS)
  return [created_at, ...changes.map((at) => new Date(at - 1))]
}

const DEMANDED: ReadonlySet<string> = new Set([
  'withdrawal',
  'suspense_return',
  'reversal',
  'platform_withdrawal',
])

function dueAt({ approvalVersions }: Book, operation: Operation, at: Date): Plan | null {
  const latest = indexBy(
    approvalVersions.filter(
      ({ created_at, project_id }) => created_at <= at && project_id === operation.project_id,
    ),
    ({ rule_id }) => rule_id,
  )
  const fitting = [...latest.values()].filter((version) => covers(version, operation))
  const rule =
    fitting.find(({ issuer_id }) => issuer_id !== null) ?? fitting.find(({ issuer_id }) => issuer_id === null)
  if (rule) return { rule: rule.rule_id, ...rule, order: rule.ordering as Plan['order'] }
  return operation.needs_decision || DEMANDED.has(operation.kind) ? defaultPlan(operation.kind) : null
}

function covers(version: ApprovalVersion, { kind, issuer_id, amount }: Operation): boolean {
  return (
    version.active &&
    version.kind === kind &&
    (version.issuer_id === null || version.issuer_id === issuer_id) &&
    version.from_amount <= amount &&
    (version.to_amount === null || amount < version.to_amount)
  )
}

function toldOf(plan: Plan | null): string {
  if (plan === null) return 'nobody'
  const { rule, version, order, stages, escalation } = plan
  const places = stages.map(({ roles, approvers }) => `${approvers} of ${roles.toSorted().join('/')}`)
  const more = escalation ? `, after ${escalation.afterMs} ms ${escalation.roles.toSorted().join('/')}` : ''
  return `${rule ?? 'no rule'} ${version} ${order}: ${places.join(', ')}${more}`
}
