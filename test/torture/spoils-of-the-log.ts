import type { Exchange } from '#torture/log.ts'
import { change, changeOne, type Spoil } from './spoil.ts'

const marked = (mark: string) => (exchange: Exchange) => exchange.mark === mark
/** Puts something else where the answer speaks of the operation. */
const showing = (more: object) => (exchange: Exchange) => {
  const answer = exchange.answer as { process: object }
  return { ...exchange, answer: { ...answer, process: { ...answer.process, ...more } } }
}
const about = (operation: string, word: string) => (exchange: Exchange) =>
  exchange.operation === operation && exchange.path.endsWith(`/${word}`)
/** What was heard, and is not so. */
export const LOG_SPOILS: readonly Spoil[] = [
  {
    how: 'an acknowledged operation that is not in the book',
    breaks: ['acknowledged_is_there', 'answers_stay_true'],
    log: (exchanges) => change(exchanges, marked('a top-up by request'), showing({ id: 'op_lost' })),
  },
  {
    how: 'a call that met a fault of ours',
    breaks: ['nothing_is_a_fault'],
    log: (exchanges) =>
      change(exchanges, marked('first of what Bob has'), (one) => [
        one,
        { ...one, n: 9_002, method: 'GET', path: '/coins', mark: null, key: null, status: 500, answer: {} },
      ]),
  },
  {
    how: 'two operations for one wish',
    breaks: ['done_once_at_most'],
    log: (exchanges) => changeOne(exchanges, marked('twice without a key'), () => []),
  },
  {
    how: 'money that moved for who was refused',
    breaks: ['refused_moved_nothing'],
    log: (exchanges) =>
      change(exchanges, marked('first of what Bob has'), (one) => ({ ...one, status: 422, answer: {} })),
  },
  {
    how: 'an operation that nobody asked for',
    breaks: ['every_operation_was_asked'],
    log: (exchanges) => change(exchanges, marked('a top-up that is clear'), () => []),
  },
  {
    how: 'a line that nobody posted',
    breaks: ['every_operation_was_asked'],
    log: (exchanges) =>
      changeOne(
        exchanges,
        ({ path }) => path === '/bank-lines',
        () => [],
      ),
  },
  {
    how: 'a key that heard yes and no',
    breaks: ['one_verdict_per_key'],
    log: (exchanges) =>
      change(exchanges, marked('a transfer that costs'), (one) => [
        one,
        { ...one, n: 9_001, status: 422, answer: { code: 'exceeds_available_balance' } },
      ]),
  },
  {
    how: 'a key that heard two amounts',
    breaks: ['one_verdict_per_key', 'answers_stay_true'],
    log: (exchanges) => changeOne(exchanges, marked('funds of ann'), showing({ netAmount: '1.00' })),
  },
  {
    how: 'a key that heard of two operations',
    breaks: ['one_operation_per_key', 'one_verdict_per_key', 'acknowledged_is_there', 'answers_stay_true'],
    log: (exchanges, { cleared }) => changeOne(exchanges, marked('funds of ann'), showing({ id: cleared })),
  },
  {
    how: 'an operation of another amount than was asked',
    breaks: ['booked_as_asked'],
    log: (exchanges) =>
      change(exchanges, marked('a transfer that costs'), (one) => ({
        ...one,
        body: { ...(one.body as object), amount: '10.21' },
      })),
  },
  {
    how: 'an operation on another coin than was asked',
    breaks: ['booked_as_asked'],
    log: (exchanges, { bob }) =>
      change(exchanges, marked('a withdrawal that is paid'), (one) => ({
        ...one,
        body: { ...(one.body as object), coinSerial: bob.serial },
      })),
  },
  {
    how: 'a line that was taken and is not booked',
    breaks: ['lines_are_booked_as_posted'],
    log: (exchanges) =>
      changeOne(
        exchanges,
        ({ path }) => path === '/bank-lines',
        (one) => {
          const body = one.body as { lines: object[] }
          const lost = { reference: 'line 0', amount: '20.00' }
          return { ...one, body: { ...body, lines: [...body.lines, lost] } }
        },
      ),
  },
  {
    how: 'an end that was shown and is not the end',
    breaks: ['answers_stay_true'],
    log: (exchanges) =>
      change(exchanges, marked('a withdrawal that is paid'), showing({ phase: 'declined' })),
  },
  {
    how: 'a phase that was shown before it was true, and never was',
    breaks: ['answers_stay_true'],
    log: (exchanges) => change(exchanges, marked('a withdrawal that is paid'), showing({ phase: 'limited' })),
  },
  {
    how: 'a decline that was said to count, and money that moved',
    breaks: ['decisions_heard_are_true'],
    log: (exchanges, { quorum, cfo }) =>
      changeOne(exchanges, about(quorum, 'approve'), (one) => [
        one,
        { ...one, n: 9_001, person: cfo.id, path: one.path.replace('approve', 'decline') },
      ]),
  },
  {
    how: 'a decision that was refused, and counts',
    breaks: ['only_decisions_sent_count'],
    log: (exchanges, { accepted }) =>
      change(exchanges, about(accepted, 'approve'), (one) => ({ ...one, status: 409, answer: {} })),
  },
  {
    how: 'a decision that nobody sent',
    breaks: ['only_decisions_sent_count'],
    log: (exchanges, { accepted }) => change(exchanges, about(accepted, 'approve'), () => []),
  },
]

/** What stands at the bank, and is not what stands here. */
export const BANK_SPOILS: readonly Spoil[] = [
  {
    how: 'a payout that is done here and refused there',
    breaks: ['bank_agrees_on_states'],
    bank: (entries, { paid }) =>
      entries.map((one) => (one.reference === paid ? { ...one, status: 'refused' as const } : one)),
  },
  {
    how: 'a payout that is done here and was never there',
    breaks: ['bank_agrees_on_states'],
    bank: (entries, { paid }) => entries.filter(({ reference }) => reference !== paid),
  },
  {
    how: 'a payout that failed here and went out there',
    breaks: ['bank_agrees_on_states'],
    bank: (entries, { failed }) =>
      entries.map((one) => (one.reference === failed ? { ...one, status: 'confirmed' as const } : one)),
  },
  {
    how: 'a declined payout that went out',
    breaks: ['bank_agrees_on_states', 'bank_has_no_other', 'bank_agrees_on_amounts'],
    bank: (entries, { paid, declined }) =>
      entries.flatMap((one) => (one.reference === paid ? [one, { ...one, reference: declined }] : one)),
  },
  {
    how: 'one reference paid twice',
    breaks: ['bank_has_no_other'],
    bank: (entries, { paid }) => entries.flatMap((one) => (one.reference === paid ? [one, one] : one)),
  },
  {
    how: 'another amount paid out than was ordered',
    breaks: ['bank_agrees_on_amounts'],
    bank: (entries, { paid }) =>
      entries.map((one) => (one.reference === paid ? { ...one, amount: '30.01' } : one)),
  },
  {
    how: 'another account paid than was named',
    breaks: ['bank_agrees_on_amounts'],
    bank: (entries, { paid }) =>
      entries.map((one) =>
        one.reference === paid
          ? { ...one, creditor: { ...one.creditor, iban: 'DE02120300000000202051' } }
          : one,
      ),
  },
  {
    how: 'money credited as returned, which never came back',
    breaks: ['returns_agree'],
    bank: (entries, { returned }) =>
      entries.map((one) => {
        if (one.reference !== returned) return one
        const { return: _, ...rest } = one
        return { ...rest, status: 'confirmed' as const }
      }),
  },
  {
    how: 'money that came back and was not credited',
    breaks: ['returns_agree'],
    bank: (entries, { paid }) =>
      entries.map((one) =>
        one.reference === paid
          ? {
              ...one,
              status: 'returned' as const,
              return: { returnReference: 'r', amount: one.amount, currency: 'EUR' },
            }
          : one,
      ),
  },
]
