import { Agent, request } from 'undici'
import type { Outgoing, OutgoingAnswer } from '#domain/holding-platform.ts'
import { brokenUrlRule, guardedConnector, NotAllowed, type Allowed } from './guard.ts'

const TIMEOUT_MS = 5_000
/** Some platforms give a whole history in one answer. */
const ANSWER_SIZE_MAX = 4 * 1024 * 1024

export type OutgoingOptions = {
  readonly allowed: Allowed
  /** For the connection, and again for the whole exchange. */
  readonly timeoutMs?: number
  readonly lookup?: Parameters<typeof guardedConnector>[0]['lookup']
}

/**
 * One exchange with a platform: guarded, in time, of bounded size. Redirects are not followed. It says `not_sent` only where
 * nothing can have left: everything else may have arrived.
 */
export function createSender({ allowed, timeoutMs = TIMEOUT_MS, lookup }: OutgoingOptions): Outgoing {
  const connector = guardedConnector({ allowed, timeoutMs, ...(lookup && { lookup }) })
  const unconnected = new WeakSet<Error>()
  const dispatcher = new Agent({
    connect: (options, callback) =>
      connector(options, (error, socket) => {
        if (error) unconnected.add(error)
        if (socket) callback(null, socket)
        else callback(error ?? new Error('no socket'), null)
      }),
    maxResponseSize: ANSWER_SIZE_MAX,
    pipelining: 1,
  })

  return async ({ method, url: text, headers, body }) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (!url || brokenUrlRule(url, allowed) !== undefined) return notSent('not_allowed')
    try {
      const answer = await request(url, {
        method,
        dispatcher,
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      return {
        kind: 'answered',
        status: answer.statusCode,
        headers: Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
        ),
        text: await answer.body.text(),
      }
    } catch (error) {
      const isUnsent = error instanceof Error && (unconnected.has(error) || error instanceof NotAllowed)
      return isUnsent ? notSent(codeOf(error)) : { kind: 'no_answer', reason: codeOf(error) }
    }
  }
}

function notSent(reason: string): OutgoingAnswer {
  return { kind: 'not_sent', reason }
}

/** The code only: a message may quote what was sent, or where to. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
