import type { Outcome } from './run-seed.ts'

/** What one seed came to, in lines for people. */
export function describe(outcome: Outcome): string[] {
  const { seed, seconds, operations, faults, violations } = outcome
  const total = sum(operations.map(({ count }) => count))
  const processed = sum(operations.filter(({ state }) => state === 'processed').map(({ count }) => count))
  return [
    `Seed ${seed}: ${total} operations, ${processed} processed; ${outcome.exchanges} calls, ${outcome.doubled} of them doubled; ${outcome.carried} decisions past the API.`,
    ...list(
      'Operations',
      Object.fromEntries(operations.map(({ kind, state, count }) => [`${kind} ${state}`, count])),
    ),
    ...list('Heard', outcome.heard),
    ...list('Process faults', faults.processes),
    ...list('Message faults', faults.messages),
    `  Of them at the bank ${unheard(outcome)} payouts and orders that were made and not heard of.`,
    ...list('Planned, but without effect', faults.missed),
    ...list('Ended by themselves and started again', outcome.ownExits),
    `  Up after ${seconds.start} s, tortured for ${seconds.torture} s, quiet ${seconds.quiesce} s after the last fault, ${seconds.all} s in all.`,
    `  ${violations.length} violations.`,
    ...violations.map(({ rule, subject, detail }) => `    ${rule}: ${subject}: ${detail}`),
  ]
}

/** The bank has booked, or will, and its answer is none. */
const AFTER_COMMIT = ['timeout_after_commit', 'commit_late', 'reset_connection', 'garbage_answer']

function unheard({ faults }: Outcome): number {
  return sum(AFTER_COMMIT.map((fault) => faults.messages[`bank: ${fault}`] ?? 0))
}

/** Over all seeds: what a run has to reach. */
export function describeAll(outcomes: readonly Outcome[]): string {
  const of = (pick: (outcome: Outcome) => readonly number[]) => sum(outcomes.flatMap(pick))
  const operations = of((outcome) => outcome.operations.map(({ count }) => count))
  const processes = of(({ faults }) => Object.values(faults.processes))
  const messages = of(({ faults }) => Object.values(faults.messages))
  const violations = of((outcome) => [outcome.violations.length])
  const timeouts = of(({ faults }) => [faults.messages['bank: timeout_after_commit'] ?? 0])
  const silent = of((outcome) => [unheard(outcome)])
  return [
    `${outcomes.length} seeds, ${operations} operations, ${processes} process faults, ${messages} message faults`,
    `of which ${timeouts} time-outs after commit (${silent} that were made and not heard of), ${violations} violations.`,
  ].join(', ')
}

function list(title: string, counts: Readonly<Record<string, number>>): string[] {
  const shown = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  if (shown.length === 0) return []
  const total = sum(shown.map(([, count]) => count))
  return [`  ${title} (${total}): ${shown.map(([what, count]) => `${what} ${count}`).join(', ')}`]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
