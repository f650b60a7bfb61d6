import type { Exchange } from '../log.ts'
import { minorOf } from './amount.ts'
import { isGood, isTurnedAway, recordOf, shownIn } from './exchanges.ts'
import { groupBy, indexBy } from './rows.ts'
import type { Book, Decision, Finding, Operation, Rule } from './run.ts'
import { FINAL } from './states.ts'

const TYPES: Readonly<Record<string, string>> = {
  top_up: 'bank_topup',
  withdrawal: 'bank_redeem',
  transfer: 'client_transaction_transfer',
  return: 'bank_redeem_return',
  reversal: 'client_transaction_reversal',
  bank_line: 'bank_line',
  suspense_return: 'suspense_return',
  opening_balance: 'opening_balance',
  platform_deposit: 'platform_deposit',
  platform_withdrawal: 'platform_withdrawal',
  platform_trade: 'platform_trade',
  platform_credit: 'platform_credit',
  platform_debit: 'platform_debit',
}

/** Whatever an answer showed of an operation that cannot change is so to this day, and whatever phase it showed was real. */
export const answersStayTrue: Rule = {
  name: 'answers_stay_true',
  find: ({ book, exchanges }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const issuers = indexBy(book.issuers, ({ id }) => id)
    const phases = phasesOf(book)
    return exchanges.filter(isGood).flatMap((exchange): Finding[] => {
      const shown = shownIn(exchange)
      if (!shown) return []
      const id = String(shown['id'])
      const operation = operations.get(id)
      const told = `exchange ${exchange.n} showed`
      if (!operation) return [{ subject: id, detail: `${told} it, and it is not in the book` }]
      const fraction = issuers.get(operation.issuer_id)?.fraction ?? 0
      const phase = String(shown['phase'])
      const wrong = unchanging(operation, shown, fraction)
      if (wrong !== undefined) return [{ subject: id, detail: `${told} ${wrong}` }]
      const isReal = FINAL.has(phase) ? operation.state === phase : phases.has(`${id} ${phase}`)
      return isReal ? [] : [{ subject: id, detail: `${told} ${phase}, and it is ${operation.state}` }]
    })
  },
}

/** Whatever is away, a caller hears 503 and may come again; 500 is a fault of ours that nobody had thought of. */
export const nothingIsAFault: Rule = {
  name: 'nothing_is_a_fault',
  find: ({ exchanges }) =>
    exchanges
      .filter(({ status }) => status === 500)
      .map(({ n, method, path }) => ({ subject: `exchange ${n}`, detail: `${method} ${path} answered 500` })),
}

function phasesOf({ operations, steps }: Book): Set<string> {
  return new Set([
    ...operations.map(({ id }) => `${id} received`),
    ...steps.map(({ operation_id, to_state }) => `${operation_id} ${to_state}`),
  ])
}

function unchanging(
  operation: Operation,
  shown: Readonly<Record<string, unknown>>,
  fraction: number,
): string | undefined {
  const { request_identifier, kind, amount, sender_amount, recipient_amount } = operation
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['number', String(shown['requestIdentifier']), request_identifier.toString()],
    ['type', shown['type'], TYPES[kind]],
    ['amount', minorOf(String(shown['amount']), fraction), amount],
    ['net amount', minorOf(String(shown['netAmount']), fraction), recipient_amount],
    ['commission', minorOf(String(shown['commission']), fraction), sender_amount - recipient_amount],
  ]
  const wrong = facts.find(([, told, is]) => told !== is)
  return wrong && `${wrong[0]} ${String(wrong[1])}; it is ${String(wrong[2])}`
}

const VERBS: Readonly<Record<string, readonly string[]>> = {
  accept: ['accept'],
  approve: ['accept', 'allow', 'clear'],
  decline: ['decline'],
  reject: ['reject'],
  'confirm-payout': ['confirm_payout'],
  'refuse-payout': ['refuse_payout'],
}
/** Where one person's word ends it. */
const ENDS: Readonly<Record<string, string>> = {
  decline: 'declined',
  reject: 'rejected',
  confirm_payout: 'processed',
  refuse_payout: 'failed',
}

type Sent = Exchange & {
  readonly operation: string
  readonly verbs: readonly string[]
  readonly isTicket: boolean
}

function decisionsIn(exchanges: readonly Exchange[], book: Book): Sent[] {
  const numbered = indexBy(book.operations, ({ request_identifier }) => request_identifier.toString())
  return exchanges.flatMap((exchange) => {
    const [, family = '', number = '', word = ''] =
      /^\/(business-requests|bank-top-ups|bank-withdrawals)\/(\d+)\/([a-z-]+)$/.exec(exchange.path) ?? []
    if (exchange.method !== 'POST' || family === '') return []
    const operation = numbered.get(number)?.id ?? exchange.operation ?? `request ${number}`
    const isTicket = word === 'ticket'
    const verbs = isTicket ? [String(recordOf(exchange.body)['decision'])] : (VERBS[word] ?? [])
    return [{ ...exchange, operation, verbs, isTicket }]
  })
}

/** Who was told that their decision counts has it in the book, and it has come to what they decided. */
export const decisionsHeardAreTrue: Rule = {
  name: 'decisions_heard_are_true',
  find: ({ book, exchanges }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const taken = decisionsByPerson(book)
    return decisionsIn(exchanges, book)
      .filter(({ status, isTicket }) => status === 200 && !isTicket)
      .flatMap(({ n, operation, person, verbs }): Finding[] => {
        const [verb] = verbs.filter((one) => taken.has(`${operation} ${person} ${one}`))
        if (verb === undefined)
          return [
            {
              subject: operation,
              detail: `exchange ${n}: 200 to ${verbs.join('/')} of ${person}, not in the book`,
            },
          ]
        const end = ENDS[verb]
        const state = operations.get(operation)?.state
        return end === undefined || end === state
          ? []
          : [{ subject: operation, detail: `exchange ${n}: 200 to ${verb}, and it is ${state}` }]
      })
  },
}

/** Whoever was told no each time has decided nothing; and nobody has decided who did not say so. */
export const onlyDecisionsSentCount: Rule = {
  name: 'only_decisions_sent_count',
  find: ({ book, exchanges }) => {
    const sent = groupBy(
      decisionsIn(exchanges, book).flatMap((one) => one.verbs.map((verb) => ({ ...one, verb }))),
      ({ operation, person, verb }) => `${operation} ${person} ${verb}`,
    )
    return book.decisions.flatMap((decision): Finding[] => {
      const name = nameOf(decision)
      const sends = sent.get(name) ?? []
      const subject = decision.operation_id
      if (sends.length === 0) return [{ subject, detail: `${name} was never sent` }]
      return sends.every(isTurnedAway)
        ? [{ subject, detail: `${name} counts, and was refused in exchange ${sends[0]?.n}` }]
        : []
    })
  },
}

function decisionsByPerson({ decisions }: Book): Map<string, Decision[]> {
  return groupBy(decisions, nameOf)
}

function nameOf({ operation_id, person_id, verb }: Decision): string {
  return `${operation_id} ${person_id} ${verb}`
}
