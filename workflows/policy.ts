/** Time limits and retries, each with its reason. */

/** Workflows and everything that only touches Postgres. */
export const MONEY_QUEUE = 'money'

/** One queue per platform, so that a dead one starves nobody. */
export function platformQueue(platform: string): string {
  return `platform-${platform}`
}

/** A Postgres step inside the workflow task: it must end well before the task's own ten seconds. */
export const BOOK_LOCALLY = {
  startToCloseTimeout: '6s',
  scheduleToCloseTimeout: '8s',
  retry: { initialInterval: '50ms', maximumInterval: '1s' },
} as const

/** The same step when Postgres stays away for longer: tried until it is back. */
export const BOOK_REGULARLY = {
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
} as const

/** One call to a platform, with its own limits inside. It answers `unknown` rather than fail, so a retry means we crashed. */
export const ASK_PLATFORM = {
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', maximumInterval: '1m' },
} as const

/** One asset's history and balance there, page by page; asked again for a while, then the next round comes. A dead worker is missed soon. */
export const ASK_FOR_SYNC = {
  startToCloseTimeout: '2m',
  heartbeatTimeout: '15s',
  scheduleToCloseTimeout: '4m',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
} as const

/** Checks against money laundering, on a queue of their own, so that a slow provider starves nobody. */
export const SCREENING_QUEUE = 'screening'

/** One question to a provider, asked again until its policy's patience is at an end. */
export const ASK_SCREENING = {
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
} as const

/** Before a check that somebody terminated is made again. */
export const PAUSE_AFTER_FAILED_CHECK = '10s'

/** How long to wait before the n-th look-up of what was sent and has no definite answer. */
export function lookUpPauseMs(attempt: number): number {
  return Math.min(LOOK_UP_FIRST_MS * 2 ** attempt, LOOK_UP_LAST_MS)
}
const LOOK_UP_FIRST_MS = 500
const LOOK_UP_LAST_MS = 300_000

/**
 * Before it is tried again to send what was not sent. A platform that is to be left alone for longer is left alone by what calls it;
 * but what is configured may be changed meanwhile, and then nobody has to wait for a day that somebody at a wrong address asked for.
 */
export function sendPauseMs(retryAfterMs: number, pauseMs: number): number {
  return Math.min(Math.max(retryAfterMs, pauseMs), SEND_LAST_MS)
}
const SEND_LAST_MS = 900_000

/** About a quarter of an hour without a definite answer: a person should know. */
export const LOOK_UPS_BEFORE_ATTENTION = 11

/** Exports and reconciliation, apart from money, which never waits for them. */
export const REPORTS_QUEUE = 'reports'

/** A report is made page by page in one activity that says it is alive after each, and goes on where it was. */
export const MAKE_REPORT = {
  startToCloseTimeout: '2h',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
} as const

/** How long the file of an export can be fetched. */
export const EXPORT_KEPT_FOR = '7d'

/** How long an import waits before it looks again whether another one of its project still runs. */
export function importPauseMs(attempt: number): number {
  return Math.min(IMPORT_FIRST_MS * 2 ** attempt, IMPORT_LAST_MS)
}
const IMPORT_FIRST_MS = 500
const IMPORT_LAST_MS = 30_000

/** How long to wait before a platform is asked for its book again, that gave none. */
export function bookPauseMs(attempt: number): number {
  return Math.min(BOOK_FIRST_MS * 2 ** attempt, BOOK_LAST_MS)
}
const BOOK_FIRST_MS = 5_000
const BOOK_LAST_MS = 3_600_000

/** Together somewhat less than a day: then the next run asks. */
export const BOOK_TRIES = 31
