import { Agent, request } from 'undici'

/** Room for the longest answers, a hundred names with all their remarks; more is nonsense. */
const ANSWER_SIZE_MAX = 4 * 1024 * 1024

export type WatchmanAccess = {
  readonly url: string
  /** For the connection, and again for the whole exchange. */
  readonly timeoutMs: number
}

export type WatchmanClient = { search(name: string): Promise<unknown> }

/**
 * Asks moov-io/watchman (v0.31) for the names most like one, in all its lists. Each question has a connection of its own: the
 * answers do not say what they are for, so that none may be taken for another's. Redirects are not followed.
 * @throws Error without the name where there is no answer with status 200 that is JSON; at once where the url is not one
 */
export function createWatchmanClient({ url, timeoutMs }: WatchmanAccess): WatchmanClient {
  const base = new URL(url.endsWith('/') ? url : `${url}/`)
  const dispatcher = new Agent({
    connect: { timeout: timeoutMs },
    maxResponseSize: ANSWER_SIZE_MAX,
    pipelining: 0,
  })
  async function ask(name: string): Promise<unknown> {
    const address = new URL('search', base)
    address.search = new URLSearchParams({ q: name, limit: '10' }).toString()
    const { statusCode, body } = await request(address, {
      dispatcher,
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await body.text()
    if (statusCode !== 200) throw new Error(`status ${statusCode}`)
    return JSON.parse(text)
  }

  return {
    search: (name) =>
      ask(name).catch((error: unknown) => {
        throw new Error(`watchman gave no usable answer: ${reasonOf(error)}`)
      }),
  }
}

/** A message of another's may quote what was sent, which is a name. */
function reasonOf(error: unknown): string {
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown }
  if (name === 'SyntaxError') return 'not JSON'
  if (typeof message === 'string' && /^status \d+$/.test(message)) return message
  return String(code ?? name)
}
