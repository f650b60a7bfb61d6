import type { Outgoing, OutgoingAnswer } from '#domain/platforms/holding-platform.ts'

const OUTAGES_MAX = 5
const REST_MS = 10_000
/** A platform that asks for longer is asked again after this. */
const RETRY_AFTER_MAX_MS = 24 * 3_600_000
/** For those who come while one call finds out whether it is back. */
const PROBE_MS = 1_000

/**
 * Leaves a platform alone that does not answer: after five outages in a row nothing is sent for ten seconds, then one call
 * finds out. What it says in Retry-After is kept to.
 */
export function withBreaker(send: Outgoing, now: () => number = Date.now): Outgoing {
  let outages = 0
  let restUntil = 0
  let probing = false
  return async (request) => {
    const wait = restUntil - now()
    if (wait > 0) return { kind: 'not_sent', reason: 'platform_rests', retryAfterMs: wait }
    const isProbe = outages >= OUTAGES_MAX
    if (isProbe && probing) return { kind: 'not_sent', reason: 'platform_rests', retryAfterMs: PROBE_MS }
    probing ||= isProbe
    try {
      const answer = await send(request)
      outages = isOutage(answer) ? outages + 1 : 0
      if (outages >= OUTAGES_MAX) restUntil = now() + REST_MS
      restUntil = Math.max(restUntil, now() + retryAfterOf(answer, now()))
      return answer
    } finally {
      if (isProbe) probing = false
    }
  }
}

function isOutage(answer: OutgoingAnswer): boolean {
  return answer.kind !== 'answered' || answer.status >= 500
}

function retryAfterOf(answer: OutgoingAnswer, nowMs: number): number {
  if (answer.kind !== 'answered' || ![418, 429, 503].includes(answer.status)) return 0
  const text = answer.headers['retry-after']?.trim() ?? ''
  const ms = /^\d{1,9}$/.test(text)
    ? Number(text) * 1_000
    : (text.endsWith(' GMT') ? Date.parse(text) : 0) - nowMs
  return ms > 0 ? Math.min(ms, RETRY_AFTER_MAX_MS) : 0
}
