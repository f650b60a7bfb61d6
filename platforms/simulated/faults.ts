/**
 * What can go wrong with a payout, on demand: by `POST /faults`, or by paying out exactly the amount of the last
 * column, in any currency with two or more decimals. Such an amount works once per reference, with a delay of
 * ten seconds; 4004 and a few hundredths is nothing that anyone pays by accident.
 *
 * | fault                 | booked        | answer            | afterwards                              | amount  |
 * |-----------------------|---------------|-------------------|-----------------------------------------|---------|
 * | refuse                | refusal       | 422               |                                         | 4004.01 |
 * | timeout_before_commit | nothing       | none              |                                         | 4004.02 |
 * | timeout_after_commit  | payout        | none              |                                         | 4004.03 |
 * | commit_late           | after delayMs | none              | absent until it lands                   | 4004.04 |
 * | answer_late           | pending       | 202               | confirmed after delayMs, called back    | 4004.05 |
 * | refuse_late           | pending       | 202               | refused after delayMs, called back      | 4004.06 |
 * | callback_twice        | payout        | 201               | the same event called back twice        | 4004.07 |
 * | return_after          | payout        | 201               | returned after delayMs, called back     | 4004.08 |
 * | garbage_answer        | payout        | 200, half a JSON  |                                         | 4004.09 |
 * | callback_early        | payout        | 201               | called back before the answer           |         |
 * | callback_contradicts  | payout        | 201               | the callback says refused               |         |
 * | reset_connection      | payout        | TCP reset         |                                         |         |
 * | server_error          | nothing       | 500               |                                         |         |
 * | lookup_down           |               |                   | GET /payouts/{reference} answers 503    |         |
 * | book_down             |               |                   | GET /book/payouts answers 503           |         |
 */
export const FAULTS = [
  'refuse',
  'timeout_before_commit',
  'timeout_after_commit',
  'commit_late',
  'answer_late',
  'refuse_late',
  'callback_twice',
  'return_after',
  'garbage_answer',
  'callback_early',
  'callback_contradicts',
  'reset_connection',
  'server_error',
  'lookup_down',
  'book_down',
] as const
export type Fault = (typeof FAULTS)[number]

export const MAGIC_DELAY_MS = 10_000
const MAGIC_AMOUNT = /^4004\.0([1-9])0*$/

export type CallbackType = 'payout.confirmed' | 'payout.refused' | 'payout.returned'
export type Becomes = 'confirmed' | 'refused' | 'returned'

export type Plan = {
  /** `late` is a request still on the wire: it lands after the delay, and until then the bank knows nothing. */
  readonly books: 'nothing' | 'late' | 'pending' | 'confirmed' | 'refused'
  readonly answers: 'truth' | 'silence' | 'reset' | 'garbage' | 'error'
  /** What it turns into after the delay. */
  readonly becomes?: Becomes
  readonly calls?: { readonly type: CallbackType; readonly times: number; readonly early?: true }
}

export const NO_FAULT: Plan = { books: 'confirmed', answers: 'truth' }

/** A fault of what is read leaves payouts alone. */
export const PLANS: Readonly<Record<Fault, Plan>> = {
  refuse: { books: 'refused', answers: 'truth' },
  timeout_before_commit: { books: 'nothing', answers: 'silence' },
  timeout_after_commit: { books: 'confirmed', answers: 'silence' },
  commit_late: { books: 'late', answers: 'silence', becomes: 'confirmed' },
  answer_late: { books: 'pending', answers: 'truth', becomes: 'confirmed' },
  refuse_late: { books: 'pending', answers: 'truth', becomes: 'refused' },
  callback_twice: { books: 'confirmed', answers: 'truth', calls: { type: 'payout.confirmed', times: 2 } },
  return_after: { books: 'confirmed', answers: 'truth', becomes: 'returned' },
  garbage_answer: { books: 'confirmed', answers: 'garbage' },
  callback_early: {
    books: 'confirmed',
    answers: 'truth',
    calls: { type: 'payout.confirmed', times: 1, early: true },
  },
  callback_contradicts: { books: 'confirmed', answers: 'truth', calls: { type: 'payout.refused', times: 1 } },
  reset_connection: { books: 'confirmed', answers: 'reset' },
  server_error: { books: 'nothing', answers: 'error' },
  lookup_down: NO_FAULT,
  book_down: NO_FAULT,
}

/** The table's last column, in the order of `FAULTS`. */
export function magicFault(amount: string): Fault | undefined {
  const [, digit] = MAGIC_AMOUNT.exec(amount) ?? []
  return digit === undefined ? undefined : FAULTS[Number(digit) - 1]
}
