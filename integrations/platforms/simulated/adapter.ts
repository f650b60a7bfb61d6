import type { Platform } from '#domain/platforms/platform.ts'
import { createBankClient } from './client.ts'
import { SIGNATURE_HEADER, isSigned } from './signature.ts'
import { toEvent, toLookup, toOutcome, toPage, toRequest } from './translate.ts'

const TIMEOUT_MS = 5_000

export type SimulatedBankConfig = {
  readonly url: string
  readonly apiKey: string
  readonly callbackSecret: string
  readonly timeoutMs?: number
}

export function createSimulatedBank({
  url,
  apiKey,
  callbackSecret,
  timeoutMs = TIMEOUT_MS,
}: SimulatedBankConfig): Platform {
  const client = createBankClient({ url, apiKey, timeoutMs })
  return {
    label: 'simulated',
    capabilities: { lookUpByReference: true, idempotentReference: true },
    payOut: async (payout) => toOutcome(payout, await client.postPayout(toRequest(payout))),
    lookUp: async (sought) => toLookup(sought, await client.getPayout(sought.reference)),
    listPayouts: async ({ from, to, page }) =>
      toPage(await client.getBook({ from: from.toISOString(), to: to.toISOString(), page })),
    readEvent: (headers, rawBody) =>
      isSigned(callbackSecret, rawBody, headers[SIGNATURE_HEADER]) ? toEvent(rawBody) : undefined,
  }
}
