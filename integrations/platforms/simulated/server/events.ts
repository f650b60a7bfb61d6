import { z } from 'zod'
import { FAULTS } from './faults.ts'
import { bookedEntry, orderRequest, rateSetting } from './order-requests.ts'
import { payoutRequest } from './requests.ts'

const instant = z.iso.datetime()
const text = z.string().min(1)
/** What was computed here may be longer than what is taken from others. */
const plain = z.string().regex(/^[0-9]+(?:\.[0-9]+)?$/)
const about = { at: instant, reference: text }
const request = payoutRequest.shape
const order = orderRequest.shape

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
  type: z.enum(['payout.confirmed', 'payout.refused', 'payout.returned', 'order.confirmed', 'order.refused']),
  times: z.int().min(1),
  /** Not before this. */
  dueAt: instant.optional(),
  /** What it says, where that is not what is so. */
  amount: plain.optional(),
  about: text.optional(),
  forged: z.literal(true).optional(),
})
export type Callback = z.infer<typeof callback>

/**
 * One line of the journal. Each `payout.*` line repeats all facts of the payout, so that the file can be
 * checked without replaying it: money has left where `payout.confirmed` stands, and is back with `payout.returned`.
 * An `order.*` line does the same; a balance is moved by `order.confirmed` and by `entry.booked`, by nothing else.
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
  z.strictObject({ kind: z.literal('order.delayed'), ...about, ...order, later }),
  z.strictObject({ kind: z.literal('order.pending'), ...about, ...order, later }),
  z.strictObject({
    kind: z.literal('order.confirmed'),
    ...about,
    ...order,
    bankReference: text,
    bought: plain.optional(),
    callback: callback.optional(),
  }),
  z.strictObject({
    kind: z.literal('order.refused'),
    ...about,
    ...order,
    reason: text,
    callback: callback.optional(),
  }),
  // What the bank does by itself goes by a reference of its own.
  z.strictObject({ kind: z.literal('entry.booked'), ...about, ...bookedEntry.shape }),
  z.strictObject({ kind: z.literal('rate.set'), ...about, ...rateSetting.shape }),
  z.strictObject({ kind: z.literal('calls.directed'), ...about, urls: z.array(text) }),
  z.strictObject({ kind: z.literal('fault.met'), ...about, fault: z.enum(FAULTS) }),
  z.strictObject({ kind: z.literal('callback.delivered'), ...about, eventId: text, url: text.optional() }),
  z.strictObject({ kind: z.literal('callback.abandoned'), ...about, eventId: text, url: text.optional() }),
])
export type BankEvent = z.infer<typeof bankEvent>
