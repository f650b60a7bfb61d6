import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import type { OwedCall } from './book.ts'
import { SIGNATURE_HEADER, signCall } from './signature.ts'

const TRIES_MAX = 10
const PAUSE_MAX_MS = 60_000
const ANSWER_TIMEOUT_MS = 3_000

export type Caller = {
  /** One try. */
  call(owed: OwedCall): Promise<boolean>
  /** Tries until a 2xx, at most ten times, with pauses that double; `stopped` says nothing about the call. */
  deliver(owed: OwedCall): Promise<'delivered' | 'abandoned' | 'stopped'>
}

export type CallerOptions = {
  readonly url: string
  readonly secret: string
  readonly firstPauseMs: number
  readonly stopping: AbortSignal
}

export function createCaller({ url, secret, firstPauseMs, stopping }: CallerOptions): Caller {
  async function call({ eventId, type, reference, at }: OwedCall): Promise<boolean> {
    const rawBody = JSON.stringify({ eventId, type, reference, at })
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [SIGNATURE_HEADER]: signCall(secret, rawBody, Math.floor(Date.now() / 1000)),
        },
        body: rawBody,
        signal: AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      })
      await body.dump()
      return statusCode >= 200 && statusCode < 300
    } catch {
      // Whatever went wrong, the customer has not said that the call was taken.
      return false
    }
  }

  async function deliver(owed: OwedCall): Promise<'delivered' | 'abandoned' | 'stopped'> {
    for (let tried = 1; !stopping.aborted; tried += 1) {
      if (await call(owed)) return 'delivered'
      if (tried === TRIES_MAX) break
      const pauseMs = Math.min(PAUSE_MAX_MS, firstPauseMs * 2 ** (tried - 1))
      await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined)
    }
    return stopping.aborted ? 'stopped' : 'abandoned'
  }

  return { call, deliver }
}
