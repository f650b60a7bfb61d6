import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel'
import type { Outgoing, OutgoingAnswer } from '#domain/holding-platform.ts'

const OUTAGES_MAX = 5
const OPEN_MS = 10_000
/** Longer than this nobody is told to wait by a header. */
const RETRY_AFTER_MAX_MS = 600_000

export type BreakerOptions = {
  readonly outagesMax?: number
  readonly openMs?: number
  readonly now?: () => number
}

/**
 * A platform that is away is left alone for a while, and then asked once before all others: what would only have timed out is not
 * sent, and says so. One that asks for time gets it.
 */
export function withBreaker(send: Outgoing, options: BreakerOptions = {}): Outgoing {
  const { outagesMax = OUTAGES_MAX, openMs = OPEN_MS, now = Date.now } = options
  const breaker = circuitBreaker(
    handleWhenResult((answer) => isOutage(answer as OutgoingAnswer)),
    { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(outagesMax) },
  )
  let quietUntil = 0

  return async (request) => {
    const left = quietUntil - now()
    if (left > 0) return { kind: 'not_sent', reason: 'the platform asked for time', retryAfterMs: left }
    try {
      const answer = await breaker.execute(() => send(request))
      if (answer.kind === 'answered') quietUntil = now() + retryAfterMs(answer)
      return answer
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error
      return { kind: 'not_sent', reason: 'the platform is away', retryAfterMs: openMs }
    }
  }
}

function isOutage(answer: OutgoingAnswer): boolean {
  return answer.kind !== 'answered' || answer.status >= 500
}

const ASKS_FOR_TIME: ReadonlySet<number> = new Set([418, 429, 503])

/** Source: RFC 9110, 10.2.3; of its two forms the one in seconds. */
function retryAfterMs({ status, headers }: Extract<OutgoingAnswer, { kind: 'answered' }>): number {
  const header = headers['retry-after'] ?? ''
  if (!ASKS_FOR_TIME.has(status) || !/^\d{1,6}$/.test(header)) return 0
  return Math.min(Number(header) * 1_000, RETRY_AFTER_MAX_MS)
}
