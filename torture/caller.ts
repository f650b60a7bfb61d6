import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { writeExchange } from './log.ts'

export type Person = { readonly id: string; readonly token: string }

/** One thing that somebody wants of the API. It may be sent several times; it stays the same wish. */
export type Ask = {
  readonly by: Person
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
  readonly key?: string | null
  readonly mark?: string | null
  readonly operation?: string | null
}

export type Heard = { readonly status: number | null; readonly answer: unknown }

/** A caller's patience; an answer that comes later has not been heard. */
const PATIENCE_MS = 8_000
const RETRY_PAUSE_MS = 250
const RETRY_PAUSE_MAX_MS = 3_000

export type Caller = ReturnType<typeof createCaller>

/** Sends, and writes down what was heard. `apis` are origins; the turn decides which one takes a call. */
export function createCaller(apis: readonly string[], logFile: string) {
  const dispatcher = new Agent({ connections: 64, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS })
  let sent = 0
  let turn = 0
  let doubled = 0

  async function send(ask: Ask, api: number): Promise<Heard> {
    const n = (sent += 1)
    const sentAt = Date.now()
    const {
      by,
      method = ask.body ? 'POST' : 'GET',
      path,
      body,
      key = null,
      mark = null,
      operation = null,
    } = ask
    const heard = await exchange(`${apis[api % apis.length]}/api/v1${path}`, { ...ask, method })
    const asked = { n, sentAt, endedAt: Date.now(), person: by.id, method, path, body: body ?? null }
    writeExchange(logFile, { ...asked, key, mark, operation, ...heard })
    return heard
  }

  async function exchange(url: string, { by, method, body, key }: Ask): Promise<Heard> {
    try {
      const { statusCode, body: answer } = await request(url, {
        dispatcher,
        method: method ?? 'GET',
        headers: {
          'content-type': 'application/json',
          authorization: `TOKEN ${by.token}`,
          ...(typeof key === 'string' && { 'idempotency-key': key }),
        },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      // An answer that was cut off says nothing, whatever its first line said.
      return { status: statusCode, answer: JSON.parse(await answer.text()) }
    } catch {
      return { status: null, answer: null }
    }
  }

  return {
    exchanges: () => sent,
    doubles: () => doubled,
    send: (ask: Ask) => send(ask, (turn += 1)),
    /** Twice at the same moment, each to another process. */
    sendTwice: (ask: Ask) => {
      doubled += 1
      turn += 1
      return Promise.all([send(ask, turn), send(ask, turn + 1)])
    },
    /** As a careful client does: whoever hears nothing, or of a failure, asks the same again. */
    insist: async (ask: Ask, tries: number): Promise<Heard> => {
      for (let tried = 1; ; tried += 1) {
        const heard = await send(ask, (turn += 1))
        if (isHeard(heard) || tried >= tries) return heard
        await sleep(Math.min(RETRY_PAUSE_MAX_MS, RETRY_PAUSE_MS * 2 ** tried))
      }
    },
    close: () => dispatcher.destroy(),
  }
}

/** Not so where it may or may not have been taken. */
export function isHeard({ status }: Heard): boolean {
  return status !== null && status < 500
}
