import { groupBy, indexBy } from './rows.ts'
import type { Book, Finding, Operation, Rule, Step, Ticket } from './run.ts'
import { FINAL, isAllowed, wordOf } from './states.ts'

/** The steps of an operation lead from received to where it is, each from where the one before came to. */
export const stepsMakeAChain: Rule = {
  name: 'steps_make_a_chain',
  find: ({ book }) => {
    const steps = groupBy(book.steps, ({ operation_id }) => operation_id)
    return book.operations.flatMap(({ id, state }) => {
      let at = 'received'
      for (const { step, from_state, to_state } of steps.get(id) ?? []) {
        if (from_state !== at)
          return { subject: id, detail: `${step} starts from ${from_state}, it was ${at}` }
        at = to_state
      }
      return at === state ? [] : { subject: id, detail: `is ${state}; its steps lead to ${at}` }
    })
  },
}

/** Only changes that the life of an operation knows, each by the step whose it is. */
export const onlyAllowedChanges: Rule = {
  name: 'only_allowed_changes',
  find: ({ book }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const tickets = indexBy(book.tickets, ({ id }) => id)
    return book.steps.flatMap((step) => {
      const operation = operations.get(step.operation_id)
      if (operation && isAllowed(operation, step, wordOf(step, tickets))) return []
      const { step: name, outcome, from_state: from, to_state: to } = step
      return { subject: step.operation_id, detail: `${name} (${outcome}) from ${from} to ${to}` }
    })
  },
}

/** Accepted, declined or expired, booked or turned away: it ends once. */
export const oneEnd: Rule = {
  name: 'one_end',
  find: ({ book }) =>
    [...groupBy(book.steps.filter(isEnd), ({ operation_id }) => operation_id)].flatMap(([subject, ends]) =>
      ends.length > 1
        ? { subject, detail: `ended ${ends.length} times: ${ends.map((end) => end.step).join(', ')}` }
        : [],
    ),
}

function isEnd({ outcome, from_state, to_state }: Step): boolean {
  return outcome !== 'late' && from_state !== to_state && FINAL.has(to_state)
}

/** Nobody's time to decide ran out early; a second is left to clocks. */
export const expiresInTime: Rule = {
  name: 'expires_in_time',
  find: ({ book }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    return book.steps
      .filter(({ step, outcome }) => step === 'expire' && outcome === 'applied')
      .flatMap(({ operation_id, at }) => {
        const due = operations.get(operation_id)?.decide_by
        return due && at.getTime() >= due.getTime() - 1_000
          ? []
          : { subject: operation_id, detail: `expired ${at.toISOString()}, due ${due?.toISOString()}` }
      })
  },
}

/** Each change of state is told once, and nothing is told that did not happen. */
export const oneEventPerChange: Rule = {
  name: 'one_event_per_change',
  find: ({ book }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const due = book.steps
      .filter(({ from_state, to_state }) => from_state !== to_state)
      .map((step) => {
        const type = `${operations.get(step.operation_id)?.kind}.${step.to_state}`
        return tell(step.operation_id, [type, step.step, step.from_state, step.to_state])
      })
    const told = book.events.map((event) =>
      tell(event.operation_id, [event.type, event.step, event.from_state, event.to_state]),
    )
    return compareCounts({ due, found: told, what: 'event(s)' })
  },
}

/** Each stored step is in the audit trail once, with what it did and who did it, and the trail has no other. */
export const oneAuditRowPerStep: Rule = {
  name: 'one_audit_row_per_step',
  find: ({ book }) => {
    const tickets = indexBy(book.tickets, ({ id }) => id)
    const operations = indexBy(book.operations, ({ id }) => id)
    const due = book.steps.map((step) => asAudited(step, operations.get(step.operation_id), tickets))
    return compareCounts({ due, found: auditedSteps(book), what: 'audit row(s)' })
  },
}

function asAudited(
  step: Step,
  operation: Operation | undefined,
  tickets: ReadonlyMap<string, Ticket>,
): string {
  const [word = '', rest = ''] = step.step.split(':')
  const verb = word === 'decide' ? `.${tickets.get(rest)?.verb}` : ''
  const actor = step.actor_id ?? (step.step === 'register' ? operation?.asked_by : null) ?? null
  const { from_state, to_state, outcome, refusal } = step
  const amount = operation?.amount.toString()
  return tell(step.operation_id, [
    `operation.${word}${verb}`,
    from_state,
    to_state,
    outcome,
    refusal,
    actor,
    amount,
  ])
}

function auditedSteps({ auditRows }: Book): string[] {
  return auditRows
    .filter(({ subject_type }) => subject_type === 'operation')
    .map(({ subject_id, action, before, after, actor_id }) =>
      tell(subject_id, [
        action,
        before?.['state'],
        after?.['state'],
        after?.['outcome'],
        after?.['refusal'],
        actor_id,
        after?.['amount'],
      ]),
    )
}

function tell(subject: string, facts: readonly unknown[]): string {
  return `${subject}: ${facts.map((fact) => (fact == null ? '-' : typeof fact === 'string' ? fact : JSON.stringify(fact))).join(' ')}`
}

function compareCounts(asked: { due: string[]; found: string[]; what: string }): Finding[] {
  const due = groupBy(asked.due, (text) => text)
  const found = groupBy(asked.found, (text) => text)
  return [...new Set([...due.keys(), ...found.keys()])].flatMap((text) => {
    const [wanted, there] = [due.get(text)?.length ?? 0, found.get(text)?.length ?? 0]
    if (wanted === there) return []
    return [
      { subject: text.split(':')[0] ?? '', detail: `${there} ${asked.what} for ${wanted} step(s): ${text}` },
    ]
  })
}
