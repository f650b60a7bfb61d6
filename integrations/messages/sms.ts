import { Agent, request } from 'undici'
import type { Carrier, Delivery } from './carrier.ts'
import { isSafeSmsUrl, type SmsConfig } from './settings.ts'

/** For the whole exchange; shorter than the pause before the next try. */
const TIMEOUT_MS = 10_000
const ANSWER_SIZE_MAX = 64 * 1024
/** Of the 4xx answers those which are not about this message: our token, or the moment. */
const NOT_FINAL = new Set([401, 403, 408, 425, 429])

/**
 * A provider of text messages over HTTP. It is sent `POST {url}` with `Authorization: Bearer {token}` and the JSON body
 * `{"to": "+12025550123", "text": "…", "id": "<uuid>"}`. 2xx: it has the message, and an id that it has had before it does not
 * send again. Other 4xx than 401, 403, 408, 425 and 429: it never will. Anything else: the same is sent again later.
 * Redirects are not followed, and answers' bodies not looked at.
 * @throws Error at once where the url is neither https nor of this machine
 */
export function createSmsCarrier({ url, token, timeoutMs = TIMEOUT_MS }: SmsConfig): Carrier {
  if (!isSafeSmsUrl(url)) throw new Error('The URL of the SMS provider must begin with https://.')
  const dispatcher = new Agent({ connect: { timeout: timeoutMs } })
  return {
    async deliver({ id, to, text }) {
      try {
        const { statusCode, body } = await request(url, {
          method: 'POST',
          dispatcher,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ to, text, id }),
          signal: AbortSignal.timeout(timeoutMs),
        })
        // The status is the answer, whatever becomes of the rest.
        await body.dump({ limit: ANSWER_SIZE_MAX }).catch(() => undefined)
        return deliveryOf(statusCode)
      } catch (error) {
        return { kind: 'unsettled', error: `http ${codeOf(error)}` }
      }
    },
  }
}

function deliveryOf(status: number): Delivery {
  if (status >= 200 && status < 300) return { kind: 'accepted' }
  const isFinal = status >= 400 && status < 500 && !NOT_FINAL.has(status)
  return { kind: isFinal ? 'refused' : 'unsettled', error: `http ${status}` }
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (typeof code === 'string') return code
  return typeof name === 'string' ? name : 'failed'
}
