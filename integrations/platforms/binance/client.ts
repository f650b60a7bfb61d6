import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Outgoing } from '#domain/platforms/holding-platform.ts'
import { readAnswer } from '../exact-answer.ts'
import type { ExactAnswer } from '../exact-answer.ts'

/** How old a request may be when it is processed: one that is late on the wire is turned away after that. */
const RECEIVE_WINDOW_MS = '5000'
const CLOCK_SKEW = '-1021'

export type Query = Readonly<Record<string, string>>
export type Asked = { readonly method: 'GET' | 'POST'; readonly path: string; readonly query: Query }

export type BinanceClient = {
  /** Sent once, whatever comes of it. */
  send(path: string, query: Query): Promise<ExactAnswer>
  /** @throws Unread where nothing came that fits the schema */
  read<Schema extends z.ZodType>(schema: Schema, asked: Asked): Promise<z.output<Schema>>
  /** The same without a key. */
  readPublic<Schema extends z.ZodType>(schema: Schema, path: string, query: Query): Promise<z.output<Schema>>
  /** By their clock, as far as it is known. */
  nowMs(): number
}

/** What was only read could not be. `code` is Binance's own, where it gave one. */
export class Unread extends Error {
  readonly reason: string
  readonly code: string | undefined
  readonly retryAfterMs: number | undefined
  constructor(reason: string, { code, retryAfterMs }: { code?: string; retryAfterMs?: number } = {}) {
    super(reason)
    this.reason = reason
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

const failure = z.object({ code: z.string().regex(/^-[0-9]{1,6}$/), msg: z.string() })
const serverTime = z.object({
  serverTime: z
    .string()
    .regex(/^[0-9]{10,15}$/)
    .transform(Number),
})

export type BinanceAccess = { readonly restUrl: string; readonly apiKey: string; readonly secretKey: string }

/** @throws at once where the url is not one. */
export function createBinanceClient(
  { restUrl, apiKey, secretKey }: BinanceAccess,
  send: Outgoing,
): BinanceClient {
  const base = new URL(restUrl.endsWith('/') ? restUrl : `${restUrl}/`)
  let aheadMs = 0
  const nowMs = () => Date.now() + aheadMs

  async function ask({ method, path, query }: Asked, signed: boolean): Promise<ExactAnswer> {
    const fields = signed ? { ...query, recvWindow: RECEIVE_WINDOW_MS, timestamp: String(nowMs()) } : query
    const text = new URLSearchParams(fields).toString()
    const whole = signed ? `${text}&signature=${signatureOf(secretKey, text)}` : text
    const answer = await send({
      method,
      url: `${new URL(path, base).href}?${whole}`,
      headers: { accept: 'application/json', ...(signed && { 'x-mbx-apikey': apiKey }) },
    })
    // 418 is what 429 becomes for who goes on asking.
    return readAnswer(answer, [429, 418])
  }

  /** Whether the clock of the other side is known now. */
  async function setClock(): Promise<boolean> {
    const askedAtMs = Date.now()
    const answer = await ask({ method: 'GET', path: 'api/v3/time', query: {} }, false)
    const { data } = serverTime.safeParse(bodyOf(answer))
    if (data) aheadMs = data.serverTime - Math.round((askedAtMs + Date.now()) / 2)
    return data !== undefined
  }

  /** What is sent is not sent again from here, but the next one will be in time. */
  async function askSigned(asked: Asked, again: boolean): Promise<ExactAnswer> {
    const answer = await ask(asked, true)
    if (failureIn(answer)?.code !== CLOCK_SKEW) return answer
    return (await setClock()) && again ? ask(asked, true) : answer
  }

  return {
    send: (path, query) => askSigned({ method: 'POST', path, query }, false),
    read: async (schema, asked) => parsed(schema, await askSigned(asked, true)),
    readPublic: async (schema, path, query) =>
      parsed(schema, await ask({ method: 'GET', path, query }, false)),
    nowMs,
  }
}

/** Over exactly what is sent. */
export function signatureOf(secretKey: string, text: string): string {
  return createHmac('sha256', secretKey).update(text).digest('hex')
}

/** What Binance says is wrong, in its own form; nothing that anybody on the way says. */
export function failureIn(answer: ExactAnswer): z.infer<typeof failure> | undefined {
  return answer.kind === 'answered' && answer.status >= 400 ? failure.safeParse(answer.body).data : undefined
}

function parsed<Schema extends z.ZodType>(schema: Schema, answer: ExactAnswer): z.output<Schema> {
  if (answer.kind === 'not_sent') throw new Unread(answer.reason, { ...pick(answer.retryAfterMs) })
  if (answer.kind === 'no_answer') throw new Unread(answer.reason)
  const failed = failureIn(answer)
  if (failed) throw new Unread(`error ${failed.code}`, { code: failed.code })
  const { success, data } = schema.safeParse(bodyOf(answer))
  if (!success) throw new Unread(`unexpected answer: ${answer.status}`)
  return data
}

function pick(retryAfterMs: number | undefined) {
  return retryAfterMs === undefined ? {} : { retryAfterMs }
}

function bodyOf(answer: ExactAnswer): unknown {
  return answer.kind === 'answered' && answer.status === 200 ? answer.body : undefined
}
