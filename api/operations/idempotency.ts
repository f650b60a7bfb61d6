import { createHash } from 'node:crypto'
import type { Reply } from '../http/endpoint.ts'
import { badParameter, Problem } from '../http/problem.ts'

const KEY = /^[\x21-\x7e]{1,255}$/
const REPLAYED = { 'Idempotent-Replayed': 'true' }

export type Idempotency = { readonly key: string | undefined; readonly bodyHash: string }

/** The key as the caller sent it, and what it is bound to: this call with this body, however it is spaced or ordered. */
export function readIdempotency(
  headers: Readonly<Record<string, string | undefined>>,
  call: string,
  body: unknown,
): Idempotency {
  const key = headers['idempotency-key']
  if (key !== undefined && !KEY.test(key))
    throw badParameter('Idempotency-Key', 'must be 1 to 255 visible ASCII characters')
  return {
    key,
    bodyHash: createHash('sha256').update(call).update('\n').update(canonical(body)).digest('hex'),
  }
}

/** Says of an answer, and of a refusal, that it belongs to an earlier call with the same key: nothing was done anew. */
export async function asReplay(work: Promise<Reply>): Promise<Reply> {
  try {
    const reply = await work
    return { ...reply, headers: { ...reply.headers, ...REPLAYED } }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { status, code, message: detail, errors } = error
    throw new Problem(status, code, { detail, errors, headers: { ...error.headers, ...REPLAYED } })
  }
}

export function keyReused(): Problem {
  const message = 'was used before with another call or body'
  return new Problem(422, 'idempotency_key_reused', {
    detail: `Idempotency-Key ${message}.`,
    errors: [{ parameter: 'Idempotency-Key', message }],
  })
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .join(',')}}`
}
