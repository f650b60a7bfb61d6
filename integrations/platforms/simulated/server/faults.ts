/**
 * What can go wrong with a payout or an order, on demand: by `POST /faults`, or by sending exactly the amount of the last
 * column, in any currency with two or more decimals. Such an amount works once per reference, with a delay of
 * ten seconds; 4004 and a few hundredths is nothing that anyone pays by accident.
 *
 * | fault                      | booked        | answer            | afterwards                              | amount  |
 * |----------------------------|---------------|-------------------|-----------------------------------------|---------|
 * | refuse                     | refusal       | 422               |                                         | 4004.01 |
 * | timeout_before_commit      | nothing       | none              |                                         | 4004.02 |
 * | timeout_after_commit       | all           | none              |                                         | 4004.03 |
 * | commit_late                | after delayMs | none              | absent until it lands                   | 4004.04 |
 * | answer_late                | pending       | 202               | confirmed after delayMs, called back    | 4004.05 |
 * | refuse_late                | pending       | 202               | refused after delayMs, called back      | 4004.06 |
 * | callback_twice             | all           | 201               | the same event called back twice        | 4004.07 |
 * | return_after (payouts)     | all           | 201               | returned after delayMs, called back     | 4004.08 |
 * | garbage_answer             | all           | 200, half a JSON  |                                         | 4004.09 |
 * | callback_early             | all           | 201               | called back before the answer           | 4004.10 |
 * | callback_contradicts       | all           | 201               | the callback says refused               | 4004.11 |
 * | reset_connection           | all           | TCP reset         |                                         | 4004.12 |
 * | server_error               | nothing       | 500               |                                         | 4004.13 |
 * | callback_late              | all           | 201               | called back after delayMs               | 4004.14 |
 * | callback_other_amount      | all           | 201               | the callback tells one more             | 4004.15 |
 * | callback_unknown_reference | all           | 201               | the callback is about nobody's reference | 4004.16 |
 * | callback_forged            | all           | 201               | says refused, signed by somebody else   | 4004.17 |
 * | rate_limited               | nothing       | 429, Retry-After  | also met by what is only read           | 4004.18 |
 * | lookup_down                |               |                   | a look-up by reference answers 503      |         |
 * | balance_down               |               |                   | a balance answers 503                   |         |
 * | book_down                  |               |                   | a page of payouts or entries answers 503 |        |
 * | down                       |               |                   | everything answers 503 for delayMs      |         |
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
  'callback_late',
  'callback_other_amount',
  'callback_unknown_reference',
  'callback_forged',
  'rate_limited',
  'lookup_down',
  'balance_down',
  'book_down',
  'down',
] as const
export type Fault = (typeof FAULTS)[number]

/** Faults of what is read: they leave what is sent alone, and have no amount. */
const OF_READING: readonly Fault[] = ['lookup_down', 'balance_down', 'book_down', 'down']

export const MAGIC_DELAY_MS = 10_000
const MAGIC_AMOUNT = /^4004\.([0-9]{2})0*$/

export type Subject = 'payout' | 'order'
export type Becomes = 'confirmed' | 'refused' | 'returned'

export type Plan = {
  /** `late` is a request still on the wire: it lands after the delay, and until then the bank knows nothing. */
  readonly books: 'nothing' | 'late' | 'pending' | 'confirmed' | 'refused'
  readonly answers: 'truth' | 'silence' | 'reset' | 'garbage' | 'error' | 'busy'
  /** What it turns into after the delay. */
  readonly becomes?: Becomes
  readonly calls?: PlannedCalls
}

export type PlannedCalls = {
  readonly says: Exclude<Becomes, 'returned'>
  readonly times: number
  readonly early?: true
  readonly odd?: 'late' | 'other_amount' | 'unknown_reference' | 'forged'
}

export const NO_FAULT: Plan = { books: 'confirmed', answers: 'truth' }

export const PLANS: Readonly<Record<Fault, Plan>> = {
  refuse: { books: 'refused', answers: 'truth' },
  timeout_before_commit: { books: 'nothing', answers: 'silence' },
  timeout_after_commit: { books: 'confirmed', answers: 'silence' },
  commit_late: { books: 'late', answers: 'silence', becomes: 'confirmed' },
  answer_late: { books: 'pending', answers: 'truth', becomes: 'confirmed' },
  refuse_late: { books: 'pending', answers: 'truth', becomes: 'refused' },
  callback_twice: called({ says: 'confirmed', times: 2 }),
  return_after: { books: 'confirmed', answers: 'truth', becomes: 'returned' },
  garbage_answer: { books: 'confirmed', answers: 'garbage' },
  callback_early: called({ says: 'confirmed', times: 1, early: true }),
  callback_contradicts: called({ says: 'refused', times: 1 }),
  reset_connection: { books: 'confirmed', answers: 'reset' },
  server_error: { books: 'nothing', answers: 'error' },
  callback_late: called({ says: 'confirmed', times: 1, odd: 'late' }),
  callback_other_amount: called({ says: 'confirmed', times: 1, odd: 'other_amount' }),
  callback_unknown_reference: called({ says: 'confirmed', times: 1, odd: 'unknown_reference' }),
  callback_forged: called({ says: 'refused', times: 1, odd: 'forged' }),
  rate_limited: { books: 'nothing', answers: 'busy' },
  lookup_down: NO_FAULT,
  balance_down: NO_FAULT,
  book_down: NO_FAULT,
  down: NO_FAULT,
}

function called(calls: PlannedCalls): Plan {
  return { books: 'confirmed', answers: 'truth', calls }
}

/** An order at an account does not come back: what the platform gives back there is a movement of its own. */
export function canMeet(fault: Fault, subject: Subject): boolean {
  return !OF_READING.includes(fault) && (fault !== 'return_after' || subject === 'payout')
}

/** The amount that meets the fault: the table's last column, in the order of `FAULTS`. */
export function magicAmount(fault: Fault): string | undefined {
  const place = String(FAULTS.indexOf(fault) + 1).padStart(2, '0')
  return OF_READING.includes(fault) ? undefined : `4004.${place}`
}

export function magicFault(amount: string, subject: Subject): Fault | undefined {
  const [, hundredths] = MAGIC_AMOUNT.exec(amount) ?? []
  const fault = hundredths === undefined ? undefined : FAULTS[Number(hundredths) - 1]
  return fault && canMeet(fault, subject) ? fault : undefined
}
