import type {
  HoldingCapabilities,
  HoldingPlatform,
  Outgoing,
  Settings,
} from '#domain/platforms/holding-platform.ts'
import { demandSetting } from '../demand-setting.ts'
import { isOffset } from '../spaced-time.ts'
import { createUtipClient } from './client.ts'
import { toBalance, toConnection, toDeposit, toEntryPage, toOutcome } from './translate.ts'

/**
 * A deposit carries no reference of ours and gets no name of its own, so nothing can be looked up: one order at a time
 * for each account, and what stays unknown is matched against the history.
 *
 * An account is of one currency, which no answer names: it has to be the asset's. Gains and losses of open positions
 * are in another list, of which no shape is known: what they move shows as a difference of the balance.
 */
export const CAPABILITIES: HoldingCapabilities = {
  lookUpByReference: false,
  idempotentReference: false,
  orders: ['deposit', 'withdrawal'],
  calls: false,
}

/** @throws naming the setting that is missing or no offset */
export function openUtip({ urls, credentials }: Settings, send: Outgoing): HoldingPlatform {
  const offset = credentials['tradingUtcOffset'] ?? 'Z'
  if (!isOffset(offset)) throw new Error('tradingUtcOffset must be written as +03:00')
  const trading = createUtipClient(
    { url: demandSetting(urls, 'tradingUrl'), apiKey: demandSetting(credentials, 'tradingSecretKey') },
    send,
  )
  const account = createUtipClient(
    { url: demandSetting(urls, 'accountUrl'), apiKey: demandSetting(credentials, 'accountSecretKey') },
    send,
  )
  return {
    capabilities: CAPABILITIES,
    async place(order) {
      if (order.type === 'trade') return { kind: 'refused', reason: 'trades are not offered' }
      return toOutcome(await trading('service/InsertDeposit', toDeposit(order)), new Date())
    },
    balance: async (place) =>
      toBalance(place, await trading('trading/GetTradeAccountInfo', { server_account: place.account })),
    entries: async (asked) =>
      toEntryPage({ ...asked, offset }, await trading('trading/GetDeposits', { account_id: asked.account })),
    async test() {
      const answers = [
        await trading('trading/TradingTypesAccountsList', {}),
        await account('settings/GetCountries', {}),
      ]
      return answers.map(toConnection).find(({ kind }) => kind !== 'ok') ?? { kind: 'ok' }
    },
  }
}
