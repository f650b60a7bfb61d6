import { z } from 'zod'
import type { Answer } from './client.ts'

/** How the bank answers, whether it was asked to pay out or to move a balance. */

/** Nothing that cannot be stored: no control characters, no half surrogate pairs. */
export const text = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u)
export const instant = z.iso.datetime()
const facts = { reference: text, amount: text, currency: text }

export const pending = z.object({ ...facts, status: z.literal('pending') })
export const refused = z.object({ ...facts, status: z.literal('refused'), reason: text })
export const booked = { ...facts, bankReference: text, bookedAt: instant }
export const confirmed = z.object({ ...booked, status: z.literal('confirmed') })
const absent = z.object({ reference: text, status: z.literal('absent') })

/** The only pairs of status code and word that are an outcome; all else leaves the question open. */
export const OUTCOME_STATUS = { confirmed: 201, pending: 202, refused: 422 } as const

type Unknown = { readonly kind: 'unknown'; readonly reason: string }
type Answered = Extract<Answer, { kind: 'answered' }>

/** `absent` needs the bank's own words: any proxy can say 404. */
export function absentIn({ status, body }: Answered) {
  return status === 404 ? absent.safeParse(body) : { data: undefined }
}

export function unexpected(status: number): Unknown {
  return unknown(`unexpected answer: ${status}`)
}

export function unknown(reason: string): Unknown {
  return { kind: 'unknown', reason }
}
