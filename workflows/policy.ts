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

/** How long to wait before the n-th look-up of a payout that has no definite answer. */
export function lookUpPauseMs(attempt: number): number {
  return Math.min(LOOK_UP_FIRST_MS * 2 ** attempt, LOOK_UP_LAST_MS)
}
const LOOK_UP_FIRST_MS = 500
const LOOK_UP_LAST_MS = 300_000

/** About a quarter of an hour without a definite answer: a person should know. */
export const LOOK_UPS_BEFORE_ATTENTION = 11
