import { connect as connectAsInUse, type Database, type TimeLimits } from '#db/connection.ts'
import { PATIENCE_MS } from './poll.ts'

/** A slow machine exceeds each limit that is in use, so a test that is not about limits waits this long. */
export const PATIENT: TimeLimits = {
  statementMs: PATIENCE_MS,
  lockMs: PATIENCE_MS,
  connectionMs: PATIENCE_MS,
}

/** Connects as the product does, but with patient limits. */
export function connect(url: string, poolMax?: number): Database {
  return connectAsInUse(url, poolMax, { limits: PATIENT })
}
