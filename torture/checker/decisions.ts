import { groupBy, indexBy } from './rows.ts'
import type { Book, Decision, Delegation, Finding, Operation, Rule } from './run.ts'
import { defaultRoles, planOf } from './plan.ts'

/** Who asked decides nothing about it, neither by themselves nor through somebody who stands for them. */
export const fourEyes: Rule = {
  name: 'four_eyes',
  find: ({ book }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    return book.decisions.flatMap(({ operation_id: subject, person_id, on_behalf_of, asked_by, verb }) => {
      const asker = operations.get(subject)?.asked_by ?? null
      if (asker !== null && (person_id === asker || on_behalf_of === asker))
        return { subject, detail: `${verb} of ${person_id}, who asked, or stands for who did` }
      return asked_by === asker
        ? []
        : { subject, detail: `${verb} names ${asked_by} as the asker, it was ${asker}` }
    })
  },
}

/** A ticket is one person's for one decision about one operation, and is used up by it, before it expires. */
export const ticketsAreUsedOnce: Rule = {
  name: 'tickets_are_used_once',
  find: ({ book }) => {
    const tickets = indexBy(book.tickets, ({ id }) => id)
    const twice = [...groupBy(book.decisions, ({ ticket_id }) => ticket_id)].filter(
      ([, all]) => all.length > 1,
    )
    return [
      ...twice.map(([subject, all]) => ({ subject, detail: `was used for ${all.length} decisions` })),
      ...book.decisions.flatMap((decision) => {
        const ticket = tickets.get(decision.ticket_id)
        const wrong =
          ticket?.operation_id !== decision.operation_id ||
          ticket.person_id !== decision.person_id ||
          ticket.verb !== decision.verb ||
          ticket.outcome !== 'applied' ||
          (ticket.valid_until !== null && ticket.valid_until < decision.at)
        const detail = `${decision.verb} of ${decision.person_id} about ${decision.operation_id} is not what it is for`
        return wrong ? { subject: decision.ticket_id, detail } : []
      }),
    ]
  },
}

/** Each decision that took effect is written down, and each one that is written down took effect; nobody's twice. */
export const decisionsTookEffect: Rule = {
  name: 'decisions_took_effect',
  find: ({ book }) => {
    const applied = new Set(
      book.steps
        .filter(({ step, outcome }) => step.startsWith('decide:') && outcome === 'applied')
        .map(({ operation_id, step }) => `${operation_id} ${step.slice('decide:'.length)}`),
    )
    const written = new Set(
      book.decisions.map(({ operation_id, ticket_id }) => `${operation_id} ${ticket_id}`),
    )
    const twice = groupBy(
      book.decisions,
      ({ operation_id, person_id, verb }) => `${operation_id} ${person_id} ${verb}`,
    )
    return [
      ...[...applied].filter((one) => !written.has(one)).map(saying('a step, and no decision')),
      ...[...written].filter((one) => !applied.has(one)).map(saying('a decision, and no step')),
      ...[...twice].filter(([, all]) => all.length > 1).map(([name]) => saying('decided twice')(name)),
    ]
  },
}

function saying(what: string) {
  return (name: string): Finding => ({ subject: name.split(' ')[0] ?? '', detail: `${name}: ${what}` })
}

/** Decided in a role that may, which the person has, or somebody who has delegated it to them at that time. */
export const decidersMay: Rule = {
  name: 'deciders_may',
  find: ({ book }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const roles = indexBy(book.members, ({ project_id, person_id }) => `${project_id} ${person_id}`)
    const states = statesDecidedIn(book)
    return book.decisions.flatMap((decision) => {
      const operation = operations.get(decision.operation_id)
      if (!operation) return { subject: decision.operation_id, detail: 'a decision about nothing' }
      const { person_id, on_behalf_of, role, verb } = decision
      const holder = roles.get(`${operation.project_id} ${on_behalf_of ?? person_id}`)
      const may = rolesFor(operation, verb, states.get(decision.ticket_id))
      const isLent = on_behalf_of === null || isDelegated(book.delegations, decision)
      if (holder?.role === role && may.includes(role) && isLent) return []
      const as = on_behalf_of === null ? '' : ` for ${on_behalf_of}`
      return {
        subject: operation.id,
        detail: `${verb} of ${person_id}${as} as ${role} (is ${holder?.role}); may: ${may.join(', ')}`,
      }
    })
  },
}

function statesDecidedIn({ steps }: Book): Map<string, string> {
  return new Map(steps.map(({ step, from_state }) => [step.slice('decide:'.length), from_state]))
}

const ANTIFRAUD = ['antifraud_specialist']
const COMPLIANCE = ['compliance_manager', 'compliance_specialist']

function rolesFor(operation: Operation, verb: string, state: string | undefined): readonly string[] {
  switch (verb) {
    case 'accept':
    case 'decline': {
      const { stages, escalation } = planOf(operation)
      return [...stages.flatMap(({ roles }) => roles), ...(escalation?.roles ?? [])]
    }
    case 'allow':
      return ANTIFRAUD
    case 'clear':
      return COMPLIANCE
    case 'reject':
      return state === 'limited' ? ANTIFRAUD : COMPLIANCE
    default:
      return defaultRoles(operation.kind)
  }
}

/** Only approval is delegated; what specialists and accountants record they do in their own role. */
function isDelegated(
  delegations: readonly Delegation[],
  { verb, on_behalf_of, person_id, at }: Decision,
): boolean {
  return (
    (verb === 'accept' || verb === 'decline') &&
    delegations.some(
      ({ from_person, to_person, from_at, until_at, revoked_at }) =>
        from_person === on_behalf_of &&
        to_person === person_id &&
        from_at <= at &&
        at < until_at &&
        (revoked_at === null || at <= revoked_at),
    )
  )
}
