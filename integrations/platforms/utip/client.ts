import { createHash, randomInt } from 'node:crypto'
import type { Outgoing } from '#domain/platforms/holding-platform.ts'
import { readAnswer } from '../exact-answer.ts'
import type { ExactAnswer } from '../exact-answer.ts'

const RANDOM_FROM = 1_000_000
const RANDOM_BELOW = 100_000_000

/** @param method `module/Method` */
export type UtipClient = (method: string, fields: Readonly<Record<string, string>>) => Promise<ExactAnswer>

/** One of the two servers. @throws at once where the url is not one. */
export function createUtipClient(
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  send: Outgoing,
): UtipClient {
  const base = new URL(url.endsWith('/') ? url : `${url}/`)
  return async (method, fields) => {
    const random = String(randomInt(RANDOM_FROM, RANDOM_BELOW))
    const answer = await send({
      method: 'POST',
      url: new URL(`api/v_2/${method}`, base).href,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ ...fields, rand_param: random, key: keyOf(apiKey, random) }).toString(),
    })
    return readAnswer(answer, [429])
  }
}

/** The protocol's own: it covers neither the time nor the rest of the body, so TLS is all that keeps it from being replayed. */
export function keyOf(apiKey: string, random: string): string {
  return createHash('md5').update(`${apiKey}${random}`).digest('hex')
}
