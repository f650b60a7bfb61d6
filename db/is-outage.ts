import { types } from 'node:util'

/** Postgres is away, too busy, or was asked to go: the same call may succeed later. */
export function isOutage(error: unknown): boolean {
  // Also one out of Node itself, which is of another realm where a program runs in a context of its own.
  if (!types.isNativeError(error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return OUTAGE_CODES.test(code) || error.name === 'KnexTimeoutError' || LOST.test(error.message)
}

/** What the driver says of a connection that went away under it, after the statement, which knex puts before it; neither gives a code. */
const LOST =
  /(^| - )(Connection terminated( unexpectedly)?|Client has encountered a connection error and is not queryable|Client was closed and is not queryable)$/

/** Class 08: connection; 53: resources; 57P: shutdown; 57014: our own time limit; 40: serialization and deadlock; 55P03: lock limit. */
const OUTAGE_CODES = /^(08...|53...|57P..|57014|40...|55P03|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/
