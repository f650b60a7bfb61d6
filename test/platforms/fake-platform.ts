import type { PayoutLookup, PayoutOutcome, Platform } from '#domain/platforms/platform.ts'

export const AT = '2024-05-05T10:00:00.000Z'
export const CONFIRMED = { kind: 'confirmed', platformReference: 'bank-1', at: AT } as const

/** A platform by hand: it says what it is told to say, and counts how often it was asked to pay. */
export function fakePlatform() {
  const sent: string[] = []
  const says: { send: PayoutOutcome; lookUp: PayoutLookup } = { send: CONFIRMED, lookUp: CONFIRMED }
  const platform: Platform = {
    label: 'fake',
    capabilities: { lookUpByReference: true, idempotentReference: true },
    payOut: ({ reference }) => {
      sent.push(reference)
      return Promise.resolve(says.send)
    },
    lookUp: () => Promise.resolve(says.lookUp),
    readEvent: () => undefined,
  }
  return { platform, sent, says }
}

/** So much came back, under this reference of the platform. */
export function returned(amount: string, returnReference: string, currency = 'EUR'): PayoutLookup {
  return {
    ...CONFIRMED,
    kind: 'returned',
    returned: { returnReference, amount, currency, reason: 'closed', at: AT },
  }
}
