import { parse } from 'lossless-json'
import type { OutgoingAnswer } from '#domain/platforms/holding-platform.ts'

const SIZE_MAX = 4 * 1024 * 1024
const RETRY_AFTER = /^[0-9]{1,6}$/

/**
 * What a platform said, or that it was not heard, or that it was not asked at all. Every number in the body is the text
 * it was written in: ids and amounts do not survive as JavaScript numbers. The body is undefined where it is not JSON.
 */
export type ExactAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  | Exclude<OutgoingAnswer, { kind: 'answered' }>

/** @param busy the statuses that are said before anything is looked at: nothing was taken */
export function readAnswer(answer: OutgoingAnswer, busy: readonly number[]): ExactAnswer {
  if (answer.kind !== 'answered') return answer
  const { status, headers, text } = answer
  if (!busy.includes(status)) return { kind: 'answered', status, body: readExactJson(text) }
  const seconds = headers['retry-after'] ?? ''
  return {
    kind: 'not_sent',
    reason: 'rate limited',
    ...(RETRY_AFTER.test(seconds) && { retryAfterMs: Number(seconds) * 1_000 }),
  }
}

function readExactJson(text: string): unknown {
  if (text.length > SIZE_MAX) return undefined
  try {
    return parse(text, undefined, (literal) => literal)
  } catch {
    return undefined
  }
}
