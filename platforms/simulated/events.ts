import { z } from 'zod'
import { FAULTS } from './faults.ts'
import { payoutRequest } from './requests.ts'

const instant = z.iso.datetime()
const text = z.string().min(1)
const about = { at: instant, reference: text }
const request = payoutRequest.shape

/** What will happen by itself, written down beforehand so that it survives a restart. */
const later = z.strictObject({
  becomes: z.enum(['confirmed', 'refused', 'returned']),
  dueAt: instant,
  reason: text,
})
export type Later = z.infer<typeof later>

/** A call owed to the customer; it is part of the event it tells of, so that neither is written without the other. */
const callback = z.strictObject({
  eventId: text,
  type: z.enum(['payout.confirmed', 'payout.refused', 'payout.returned']),
  times: z.int().min(1),
})
export type Callback = z.infer<typeof callback>

/**
 * One line of the journal. Each `payout.*` line repeats all facts of the payout, so that the file can be
 * checked without replaying it: money has left where `payout.confirmed` stands, and is back with `payout.returned`.
 */
export const bankEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('request.delayed'), ...about, ...request, later }),
  z.strictObject({ kind: z.literal('payout.pending'), ...about, ...request, later }),
  z.strictObject({
    kind: z.literal('payout.confirmed'),
    ...about,
    ...request,
    bankReference: text,
    later: later.optional(),
    callback: callback.optional(),
  }),
  z.strictObject({
    kind: z.literal('payout.refused'),
    ...about,
    ...request,
    reason: text,
    callback: callback.optional(),
  }),
  z.strictObject({
    kind: z.literal('payout.returned'),
    ...about,
    ...request,
    bankReference: text,
    bookedAt: instant,
    returnReference: text,
    reason: text,
    callback,
  }),
  z.strictObject({ kind: z.literal('fault.met'), ...about, fault: z.enum(FAULTS) }),
  z.strictObject({ kind: z.literal('callback.delivered'), ...about, eventId: text }),
  z.strictObject({ kind: z.literal('callback.abandoned'), ...about, eventId: text }),
])
export type BankEvent = z.infer<typeof bankEvent>
