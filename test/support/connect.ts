import { connect as connectAsInUse, type Database, type TimeLimits } from '#db/connection.ts'

/** No test is about how long Postgres takes: on a machine that is slow enough, each of the limits in use is too short. */
export const PATIENT: TimeLimits = { statementMs: 240_000, lockMs: 240_000, connectionMs: 240_000 }

/** As the product connects, but waits for as long as it takes. */
export function connect(url: string, poolMax?: number): Database {
  return connectAsInUse(url, poolMax, { limits: PATIENT })
}
