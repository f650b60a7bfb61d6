import type {
  HoldingCapabilities,
  HoldingPlatform,
  Outgoing,
  Settings,
} from '#domain/platforms/holding-platform.ts'
import { createHoldingClient } from './holding-client.ts'
import {
  toBalance,
  toConnection,
  toEntryPage,
  toHeldEvent,
  toOrder,
  toOrderLookup,
  toOrderOutcome,
} from './holding-translate.ts'
import { SIGNATURE_HEADER, isSigned } from './signature.ts'

export const CAPABILITIES: HoldingCapabilities = {
  lookUpByReference: true,
  idempotentReference: true,
  orders: ['deposit', 'withdrawal', 'trade'],
  calls: true,
}

/** @throws naming the setting that is missing: a call is never checked with no secret. */
export function openHoldingSide({ urls, credentials }: Settings, send: Outgoing): HoldingPlatform {
  const callbackSecret = demand(credentials, 'callbackSecret')
  const access = { apiUrl: demand(urls, 'apiUrl'), apiKey: demand(credentials, 'apiKey') }
  const client = createHoldingClient(access, send)
  return {
    capabilities: CAPABILITIES,
    place: async (order) => toOrderOutcome(order, await client.postOrder(toOrder(order))),
    lookUp: async (order) => toOrderLookup(order, await client.getOrder(order.reference)),
    balance: async (place) => toBalance(place, await client.getBalance(place)),
    entries: async ({ since, ...asked }) =>
      toEntryPage(asked, await client.getEntries({ ...asked, since: since.toISOString() })),
    test: async () => toConnection(await client.getPing()),
    readEvent: (headers, rawBody) =>
      isSigned(callbackSecret, rawBody, headers[SIGNATURE_HEADER]) ? toHeldEvent(rawBody) : undefined,
  }
}

function demand(values: Readonly<Record<string, string>>, name: string): string {
  const value = values[name]
  if (!value) throw new Error(`${name} must be set`)
  return value
}
