import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { SIGNATURE_HEADER, signCall } from '../signature.ts'
import type { OwedCall } from './book.ts'

const TRIES_MAX = 10
const PAUSE_MAX_MS = 60_000
const ANSWER_TIMEOUT_MS = 3_000
/** What a forger signs with. */
const NOBODYS_SECRET = 'not-the-secret'

export type Caller = {
  /** One try. */
  call(owed: OwedCall, url: string): Promise<boolean>
  /** Tries until a 2xx, at most ten times, with pauses that double; `stopped` says nothing about the call. */
  deliver(owed: OwedCall, url: string): Promise<'delivered' | 'abandoned' | 'stopped'>
}

export type CallerOptions = {
  readonly secret: string
  readonly firstPauseMs: number
  readonly stopping: AbortSignal
}

export function createCaller({ secret, firstPauseMs, stopping }: CallerOptions): Caller {
  async function call(owed: OwedCall, url: string): Promise<boolean> {
    const rawBody = bodyOf(owed)
    const signedWith = owed.forged ? NOBODYS_SECRET : secret
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [SIGNATURE_HEADER]: signCall(signedWith, rawBody, Math.floor(Date.now() / 1000)),
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

  async function deliver(owed: OwedCall, url: string): Promise<'delivered' | 'abandoned' | 'stopped'> {
    // Whoever forges a call does not try for long.
    const triesMax = owed.forged ? 1 : TRIES_MAX
    for (let tried = 1; !stopping.aborted; tried += 1) {
      if (await call(owed, url)) return 'delivered'
      if (tried === triesMax) break
      const pauseMs = Math.min(PAUSE_MAX_MS, firstPauseMs * 2 ** (tried - 1))
      await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined)
    }
    return stopping.aborted ? 'stopped' : 'abandoned'
  }

  return { call, deliver }
}

/** About a payout it names the reference and leaves the rest to the look-up; about an order it also says how much. */
function bodyOf({ eventId, type, reference, about = reference, amount, currency, at }: OwedCall): string {
  return JSON.stringify({ eventId, type, reference: about, amount, currency, at })
}
