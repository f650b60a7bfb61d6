import { groupBy, indexBy } from './rows.ts'
import type { Book, Finding, Operation, Policy, Rule, Screening, Step, Ticket } from './run.ts'
import { bookedState, wordOf } from './states.ts'

/** What a check comes to is what the provider said; its silence is a review, never clear. */
export const checksComeToTheVerdict: Rule = {
  name: 'checks_come_to_the_verdict',
  find: ({ book }) => {
    const verdicts = indexBy(book.screenings, ({ operation_id, n }) => `${operation_id} ${n}`)
    return book.steps
      .filter(({ step, outcome }) => step.startsWith('screened:') && outcome === 'applied')
      .flatMap(({ operation_id, step, to_state, at }) => {
        const check = verdicts.get(`${operation_id} ${step.slice('screened:'.length)}`)
        const said = saidBefore(check, at)
        // A verdict may arrive when nobody waits for it any more: then it went to review, which is always right.
        const isRight = to_state === 'review' || said === (to_state === 'rejected' ? 'hit' : 'clear')
        return isRight
          ? []
          : { subject: operation_id, detail: `${step} led to ${to_state}; the provider said ${said}` }
      })
  },
}

function saidBefore(check: Screening | undefined, at: Date): string {
  return check?.answered_at && check.answered_at <= at ? (check.verdict ?? 'nothing') : 'nothing'
}

/** The accept is judged a moment before it is applied. */
const STALE_MS = 60_000

/** Nothing that has to be screened moves money before it was cleared, by a check or by compliance, and not too long ago. */
export const nothingPassesUnscreened: Rule = {
  name: 'nothing_passes_unscreened',
  find: ({ book }) => {
    const steps = groupBy(
      book.steps.filter(({ outcome }) => outcome === 'applied'),
      ({ operation_id }) => operation_id,
    )
    const tickets = indexBy(book.tickets, ({ id }) => id)
    return book.operations.flatMap((operation): Finding[] => {
      const { id, rules } = operation
      if (rules.screening === null) return []
      const broken = firstUnscreened(operation, steps.get(id) ?? [], {
        tickets,
        maxAgeMs: rules.screening.maxAgeMs,
      })
      return broken === undefined ? [] : [{ subject: id, detail: broken }]
    })
  },
}

function firstUnscreened(
  operation: Operation,
  steps: readonly Step[],
  { tickets, maxAgeMs }: { tickets: ReadonlyMap<string, Ticket>; maxAgeMs: number },
): string | undefined {
  let clearedAt: number | undefined
  for (const step of steps) {
    const at = step.at.getTime()
    if (isClearing(step, tickets)) clearedAt = at
    if (step.to_state !== bookedState(operation) || step.from_state === step.to_state) continue
    if (BEGUN.has(step.from_state)) continue
    if (clearedAt === undefined) return `${step.step} led to ${step.to_state}, and it was never cleared`
    if (at - clearedAt > maxAgeMs + STALE_MS) return `${step.step}: was cleared ${at - clearedAt} ms before`
  }
  return undefined
}

const BEGUN: ReadonlySet<string> = new Set(['at_platform', 'outcome_unknown', 'awaiting_reference'])

function isClearing(step: Step, tickets: ReadonlyMap<string, Ticket>): boolean {
  const word = wordOf(step, tickets)
  return (
    word === 'clear' || (word === 'screened' && step.to_state !== 'review' && step.to_state !== 'rejected')
  )
}

/** Between reading the policies and committing the wish a process may have stood still. */
const SETTLED_MS = 60_000

/** An operation is screened where the project's policies say so, by the narrowest of them. */
export const policiesAreFollowed: Rule = {
  name: 'policies_are_followed',
  find: ({ book }) => {
    const released = new Set(
      book.auditRows
        .filter(({ action }) => action === 'bank_line.release')
        .map(({ subject_id, actor_id }) => `${actor_id} ${subject_id}`),
    )
    return book.operations.flatMap((operation) => {
      const { id, created_at, rules, asked_by, bank_line_id } = operation
      const policies = book.policies.filter((policy) => covers(policy, operation))
      const isSettled = policies.every(
        ({ updated_at }) => updated_at.getTime() < created_at.getTime() - SETTLED_MS,
      )
      // What compliance has let go is not screened once more.
      if (!isSettled || released.has(`${asked_by} ${bank_line_id}`)) return []
      // Taking back what was screened is not screened again.
      if (operation.reversal_of !== null) return []
      const [due] = policies.toSorted(byNarrowness)
      if (!due || rules.screening?.policy === due.id) return []
      return {
        subject: id,
        detail: `falls under ${due.id}, and is screened by ${rules.screening?.policy ?? 'none'}`,
      }
    })
  },
}

function covers(policy: Policy, { project_id, kind, issuer_id, amount }: Operation): boolean {
  return (
    policy.project_id === project_id &&
    policy.kinds.includes(kind) &&
    (policy.issuer_id === null || policy.issuer_id === issuer_id) &&
    (policy.from_amount === null || amount >= policy.from_amount)
  )
}

function byNarrowness(a: Policy, b: Policy): number {
  if ((a.issuer_id === null) !== (b.issuer_id === null)) return a.issuer_id === null ? 1 : -1
  const [from, other] = [a.from_amount ?? 0n, b.from_amount ?? 0n]
  if (from !== other) return from > other ? -1 : 1
  return a.id < b.id ? -1 : 1
}

/** A hit freezes the client, until a second person lifts it. */
export const hitsFreeze: Rule = {
  name: 'hits_freeze',
  find: ({ book }) => {
    const organizations = indexBy(book.organizations, ({ id }) => id)
    return book.operations
      .filter(({ id, state }) => state === 'rejected' && wasHit(book, id))
      .flatMap(({ id, organization_id }) => {
        const client = organizations.get(organization_id)
        const wasTouched = book.freezes.some(
          (one) => one.organization_id === organization_id && one.action === 'organization.unfreeze',
        )
        return client?.frozen_at || wasTouched
          ? []
          : { subject: id, detail: `is a hit, and ${organization_id} is not frozen` }
      })
  },
}

function wasHit({ steps }: Book, operation: string): boolean {
  return steps.some(
    ({ operation_id, step, to_state }) =>
      operation_id === operation && step.startsWith('screened:') && to_state === 'rejected',
  )
}

/** A step that reads that somebody is not frozen may be written down just after they are. */
const AT_ONCE_MS = 10_000
const LETS_GO: ReadonlySet<string> = new Set(['register', 'accept', 'allow', 'clear'])

/**
 * A correction takes back what was wrong, a return is the client's own money, and what a platform did by itself has happened,
 * whatever became of the client.
 */
const REGARDLESS: ReadonlySet<string> = new Set(['reversal', 'return', 'platform_credit', 'platform_debit'])

/** Who is frozen neither sends nor gets anything: a wish is refused, and what waits is not let go. */
export const frozenClientsRest: Rule = {
  name: 'frozen_clients_rest',
  find: ({ book }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const owners = indexBy(book.coins, ({ id }) => id)
    const tickets = indexBy(book.tickets, ({ id }) => id)
    const freezes = groupBy(book.freezes, ({ organization_id }) => organization_id)
    return book.steps.flatMap((step) => {
      const operation = operations.get(step.operation_id)
      if (!operation || REGARDLESS.has(operation.kind)) return []
      if (step.outcome !== 'applied' || !LETS_GO.has(wordOf(step, tickets))) return []
      const coins = [operation.coin_id, operation.counter_coin_id].filter((id) => id !== null)
      const frozen = coins
        .map((coin) => owners.get(coin)?.organization_id ?? '')
        .find((owner) =>
          isFrozenAt(freezes.get(owner) ?? [], step.at.getTime() - AT_ONCE_MS, step.at.getTime()),
        )
      return frozen === undefined
        ? []
        : { subject: operation.id, detail: `${step.step}, and ${frozen} was frozen` }
    })
  },
}

/** From the one moment to the other without a break. */
function isFrozenAt(freezes: Book['freezes'], from: number, to: number): boolean {
  const before = freezes.filter(({ at }) => at.getTime() <= from).at(-1)
  const between = freezes.filter(({ at }) => at.getTime() > from && at.getTime() <= to)
  return (
    before?.action === 'organization.freeze' &&
    between.every(({ action }) => action === 'organization.freeze')
  )
}
