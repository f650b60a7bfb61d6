import { Client } from 'undici'
import type { Outgoing, OutgoingAnswer, OutgoingRequest } from '#domain/platforms/holding-platform.ts'
import { codeOf, guardedConnector, NotConnected, type BuildConnector, type LookUp } from './connect.ts'
import { faultOfUrl, type AllowList } from './guard.ts'

export type OutgoingOptions = {
  readonly allow: AllowList
  readonly connectTimeoutMs?: number
  /** Of the whole exchange. */
  readonly timeoutMs?: number
  readonly sizeMax?: number
  /** For tests: where names are looked up, and what connects. */
  readonly lookUp?: LookUp
  readonly build?: BuildConnector
}

const CONNECT_TIMEOUT_MS = 3_000
/** Two exchanges fit into one activity's time. */
const TIMEOUT_MS = 5_000
/** Some platforms give a whole history in one answer. */
const SIZE_MAX = 4 * 1024 * 1024

const REASONS: Readonly<Record<string, string>> = {
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'answer_too_large',
  UND_ERR_HEADERS_OVERFLOW: 'answer_too_large',
  UND_ERR_RESPONSE: 'answer_malformed',
}

/**
 * One connection for one exchange: so it is certain whether anything has left, and no answer can be another one's. Redirects
 * are answers like others and are not followed.
 */
export function createOutgoing(options: OutgoingOptions): Outgoing {
  const { allow, connectTimeoutMs = CONNECT_TIMEOUT_MS, lookUp, build } = options
  const connectorFor = guardedConnector({ allow, connectTimeoutMs, lookUp, build })
  return async (request) => {
    const fault = faultOfUrl(request.url, { allow })
    if (fault) return { kind: 'not_sent', reason: fault }
    const url = new URL(request.url)
    const connect = connectorFor(url)
    let [connected, over] = [false, false]
    const client = new Client(url.origin, {
      maxResponseSize: options.sizeMax ?? SIZE_MAX,
      connect: (where, callback) => {
        // A second connection would be a second send.
        if (connected || over) return callback(new NotConnected('not_connected'), null)
        return connect(where, (...[error, socket]) => {
          if (!socket) return callback(error ?? new NotConnected('not_connected'), null)
          if (!over) {
            connected = true
            return callback(null, socket)
          }
          socket.destroy()
          return callback(new NotConnected('connect_timed_out'), null)
        })
      },
    })
    const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
    try {
      const sent = { ...request, url: `${url.pathname}${url.search}` }
      return await Promise.race([exchange(client, sent, signal), rejectedWith(signal)])
    } catch (error) {
      if (!connected) return { kind: 'not_sent', reason: whyNotSent(error) }
      return { kind: 'no_answer', reason: whyNoAnswer(error) }
    } finally {
      over = true
      // It would wait for a connection that is still being made.
      void client.destroy()
    }
  }
}

/** The client minds the signal only once it is connected. */
function rejectedWith(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

async function exchange(
  client: Client,
  { method, url, headers, body }: OutgoingRequest,
  signal: AbortSignal,
): Promise<OutgoingAnswer> {
  const answer = await client.request({
    method,
    path: url,
    headers: { ...headers },
    body: body ?? null,
    signal,
  })
  const text = await answer.body.text()
  const read = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')])
  return { kind: 'answered', status: answer.statusCode, headers: Object.fromEntries(read), text }
}

function whyNotSent(error: unknown): string {
  if (error instanceof NotConnected) return error.reason
  return isOfName(error, 'TimeoutError') ? 'connect_timed_out' : 'request_invalid'
}

function whyNoAnswer(error: unknown): string {
  if (isOfName(error, 'TimeoutError')) return 'timed_out'
  const code = codeOf(error)
  return REASONS[code] ?? (isOfName(error, 'HTTPParserError') ? 'answer_malformed' : 'connection_lost')
}

function isOfName(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === name
}
