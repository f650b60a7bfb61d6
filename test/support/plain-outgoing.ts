import { request } from 'undici'
import type { Outgoing } from '#domain/platforms/holding-platform.ts'

/** Whoever is to give up says so. */
const TIMEOUT_MS = 240_000
/** Found before anything was sent. */
const NEVER_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])

/** What adapters send by in tests: no guard, so that it reaches a server of the test. */
export function plainOutgoing(timeoutMs = TIMEOUT_MS): Outgoing {
  return async ({ url, method, headers, body }) => {
    try {
      const answer = await request(url, {
        method,
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await answer.body.text()
      return { kind: 'answered', status: answer.statusCode, headers: single(answer.headers), text }
    } catch (error) {
      const reason = codeOf(error)
      return { kind: NEVER_LEFT.has(reason) ? 'not_sent' : 'no_answer', reason }
    }
  }
}

function single(headers: Readonly<Record<string, string | string[] | undefined>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
