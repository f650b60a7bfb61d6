import type {
  HoldingCapabilities,
  HoldingPlatform,
  Outgoing,
  Settings,
} from '#domain/platforms/holding-platform.ts'
import { demandSetting } from '#integrations/platforms/demand-setting.ts'
import { createMeridianClient } from './client.ts'
import { toBalance, toConnection, toLookup, toMovement, toOutcome, toPage } from './translate.ts'

export const CAPABILITIES: HoldingCapabilities = {
  lookUpByReference: true,
  idempotentReference: true,
  orders: ['deposit', 'withdrawal'],
  calls: false,
}

/** @throws naming the setting that is missing */
export function openMeridian({ urls, credentials }: Settings, send: Outgoing): HoldingPlatform {
  const access = { apiUrl: demandSetting(urls, 'apiUrl'), apiKey: demandSetting(credentials, 'apiKey') }
  const client = createMeridianClient(access, send)
  return {
    capabilities: CAPABILITIES,
    async place(order) {
      if (order.type === 'trade') return { kind: 'refused', reason: 'trades are not offered' }
      return toOutcome(order, await client.post('v1/movements', toMovement(order)))
    },
    lookUp: async (order) =>
      toLookup(order, await client.get(`v1/movements/${encodeURIComponent(order.reference)}`)),
    balance: async (place) => toBalance(place, await client.get(pathOf(place))),
    entries: async ({ since, page, ...place }) => {
      const query = new URLSearchParams({ since: since.toISOString(), ...(page !== null && { after: page }) })
      return toPage(place, await client.get(`${pathOf(place)}/movements?${query.toString()}`))
    },
    test: async () => toConnection(await client.get('v1/whoami')),
  }
}

function pathOf({ account, currency }: { readonly account: string; readonly currency: string }): string {
  return `v1/accounts/${encodeURIComponent(account)}/${encodeURIComponent(currency)}`
}
