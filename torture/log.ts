import { appendFileSync, readFileSync } from 'node:fs'

/**
 * What was asked and what was heard, as the caller saw it: the one witness besides SQL, Temporal and the bank's book. One
 * line of JSON each, written when the answer came or was given up.
 */
export type Exchange = {
  /** Counts up from 1 in the order of sending. */
  readonly n: number
  /** Milliseconds since the epoch. */
  readonly sentAt: number
  readonly endedAt: number
  /** The signed-in person's id. */
  readonly person: string
  readonly method: string
  /** Without origin and base: `/bank-top-ups/with-bank`. */
  readonly path: string
  readonly body: unknown
  /** The Idempotency-Key. */
  readonly key: string | null
  /**
   * Of a money POST: unique for each wish, sent as its description, so that an operation can be traced to what was asked
   * without trusting the answer. A wish that is sent twice keeps its mark. Null for all else.
   */
  readonly mark: string | null
  /** Of a decision: the operation it is about. */
  readonly operation: string | null
  /** Null where no answer came: it may or may not have been taken. */
  readonly status: number | null
  readonly answer: unknown
}

export function writeExchange(file: string, exchange: Exchange): void {
  appendFileSync(file, `${JSON.stringify(exchange)}\n`)
}

export function readExchanges(file: string): Exchange[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Exchange)
}
