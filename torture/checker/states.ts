import type { Operation, Step, Ticket } from './run.ts'

/** The judge's own table of an operation's life, written down from the design and not from the code. */
export const FINAL: ReadonlySet<string> = new Set(['refused', 'processed', 'declined', 'rejected', 'failed'])
/** Nothing came of it, so that everything has to be as it was before. */
export const TURNED_AWAY: ReadonlySet<string> = new Set(['refused', 'declined', 'rejected', 'failed'])
/** What goes out is held on the coin. */
export const HELD_BACK: ReadonlySet<string> = new Set(['limited', 'screening', 'review', 'awaiting_decision'])
/** A platform has been asked. What a bank is to pay out stands in payout transit; what a platform keeps is held until it confirms. */
export const ORDER_OPEN: ReadonlySet<string> = new Set([
  'at_platform',
  'outcome_unknown',
  'awaiting_reference',
])
/** A person has to do something before it can go on. */
export const WAITS_FOR_PERSON: ReadonlySet<string> = new Set([
  'limited',
  'review',
  'awaiting_decision',
  'awaiting_reference',
])

export function isOutgoing({ kind }: Pick<Operation, 'kind'>): boolean {
  return OUTGOING.has(kind)
}
const OUTGOING: ReadonlySet<string> = new Set([
  'withdrawal',
  'transfer',
  'reversal',
  'platform_withdrawal',
  'platform_trade',
])

/** Kinds that a platform which keeps the balance is asked to do. */
export function isOrder({ kind }: Pick<Operation, 'kind'>): boolean {
  return kind === 'platform_deposit' || kind === 'platform_withdrawal' || kind === 'platform_trade'
}

/** What such a platform did by itself. */
export function isOwnMovement({ kind }: Pick<Operation, 'kind'>): boolean {
  return kind === 'platform_credit' || kind === 'platform_debit'
}

/** Kinds whose money leaves through a bank. */
export function isPaidOut({ kind }: Pick<Operation, 'kind'>): boolean {
  return kind === 'withdrawal' || kind === 'suspense_return'
}

/** Direct top-ups and transfers wait only where a rule names them; returns and bank lines are money that is there already. */
export function needsApproval(operation: Operation): boolean {
  const { kind, needs_decision, rules } = operation
  const isLeaving = isPaidOut(operation) || kind === 'platform_withdrawal'
  return needs_decision || rules.approval !== null || isLeaving || kind === 'reversal'
}

/** Where it goes when nothing holds it back any more. */
export function bookedState(operation: Operation): string {
  if (isOrder(operation)) return 'at_platform'
  if (!isPaidOut(operation)) return 'processed'
  return operation.platform === null ? 'awaiting_reference' : 'at_platform'
}

function afterLimits(operation: Operation): string {
  if (operation.rules.screening !== null) return 'screening'
  return needsApproval(operation) ? 'awaiting_decision' : bookedState(operation)
}

type Move = { readonly from: readonly string[]; readonly to: readonly string[] }

/** From where to where an applied step may lead; undefined where there is no such step. */
function moveOf(operation: Operation, word: string): Move | undefined {
  const booked = bookedState(operation)
  const cleared = needsApproval(operation) ? ['awaiting_decision', booked] : [booked]
  const open = operation.platform === null ? ['awaiting_reference'] : ['at_platform', 'outcome_unknown']
  const isAsked = isPaidOut(operation) || isOrder(operation)
  switch (word) {
    case 'register':
      return {
        from: ['received'],
        to: [afterLimits(operation), ...(operation.rules.limits.length > 0 ? ['limited'] : [])],
      }
    case 'allow':
      return { from: ['limited'], to: [afterLimits(operation)] }
    case 'expire':
      return { from: ['limited', 'awaiting_decision'], to: ['declined'] }
    case 'screened':
      return { from: ['screening'], to: ['review', 'rejected', ...cleared] }
    case 'clear':
      return { from: ['review'], to: cleared }
    case 'reject':
      return { from: ['limited', 'review'], to: ['rejected'] }
    case 'accept':
      return {
        from: ['awaiting_decision'],
        to: ['awaiting_decision', booked, ...(operation.rules.screening === null ? [] : ['screening'])],
      }
    case 'decline':
      return { from: ['awaiting_decision'], to: ['declined'] }
    case 'outcome_unknown':
      return { from: ['at_platform'], to: ['outcome_unknown'] }
    case 'platform_confirmed':
      return isAsked ? { from: open, to: ['processed'] } : undefined
    case 'platform_refused':
      return isAsked ? { from: open, to: ['failed'] } : undefined
    case 'ask_person':
      return isOrder(operation) ? { from: open, to: ['awaiting_reference'] } : undefined
    case 'confirm_payout':
      return { from: ['awaiting_reference'], to: ['processed'] }
    case 'refuse_payout':
      return { from: ['awaiting_reference'], to: ['failed'] }
    default:
      return undefined
  }
}

/** What the step is called in the table: a decision by its verb. */
export function wordOf(step: Step, tickets: ReadonlyMap<string, Ticket>): string {
  const [word = '', rest = ''] = step.step.split(':')
  return word === 'decide' ? (tickets.get(rest)?.verb ?? 'decide') : word
}

export function isAllowed(operation: Operation, step: Step, word: string): boolean {
  const { from_state: from, to_state: to, outcome } = step
  if (outcome === 'late') return from === to && step.step.startsWith('decide:')
  if (outcome === 'refused')
    return word === 'register'
      ? from === 'received' && to === 'refused'
      : from === to && step.step.startsWith('decide:')
  const move = moveOf(operation, word)
  return move !== undefined && move.from.includes(from) && move.to.includes(to)
}
