import type { ScreeningVerdict } from '#domain/operations/screening-verdict.ts'
import { gravestVerdict, type ScreeningProvider } from '#domain/screening/screening.ts'
import { createWatchmanClient } from './client.ts'
import { readMatches } from './translate.ts'

export type WatchmanConfig = {
  readonly url: string
  readonly timeoutMs?: number
  /** Matches from 0 to 1. */
  readonly hitAbove?: number
  readonly reviewAbove?: number
}

/** All names of a check are asked for at once, well within what the activity has for one try. */
const TIMEOUT_MS = 5_000
const HIT_ABOVE = 0.99
const REVIEW_ABOVE = 0.88
const REASONS_MAX = 20

/** @throws at once where the url is not one, or the thresholds are not 0 < reviewAbove ≤ hitAbove ≤ 1 */
export function createWatchman({
  url,
  timeoutMs = TIMEOUT_MS,
  hitAbove = HIT_ABOVE,
  reviewAbove = REVIEW_ABOVE,
}: WatchmanConfig): ScreeningProvider {
  if (!(reviewAbove > 0 && reviewAbove <= hitAbove && hitAbove <= 1))
    throw new Error('watchman: reviewAbove must be more than 0 and at most hitAbove, and that at most 1')
  const client = createWatchmanClient({ url, timeoutMs })
  const verdictOf = (match: number): ScreeningVerdict =>
    match >= hitAbove ? 'hit' : match >= reviewAbove ? 'review' : 'clear'

  return {
    label: 'watchman',
    async check({ check, parties }) {
      const named = parties.filter(({ name }) => name.trim() !== '')
      const answers = await Promise.all(
        named.map(async ({ part, name }) => ({
          part,
          matches: readMatches(await client.search(name.trim())),
        })),
      )
      const found = answers
        .flatMap(({ part, matches }) => matches.map((match) => ({ ...match, part })))
        .filter(({ match }) => verdictOf(match) !== 'clear')
      return {
        check,
        verdict: gravestVerdict(found.map(({ match }) => verdictOf(match))),
        reasons: found
          .slice(0, REASONS_MAX)
          .map(({ part, list, entry, match }) => `${part}: ${list} ${entry} at ${match.toFixed(2)}`),
      }
    },
  }
}
