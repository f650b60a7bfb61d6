import { utipLabel } from '#integrations/platforms/utip/label.ts'
import { sumOf } from './decimals.ts'
import type { HoldingHarness, OtherSide } from './holding-harness.ts'
import { ACCOUNT_KEY, TRADING_KEY, startUtipServer } from './utip-server.ts'
import type { UtipServer } from './utip-server.ts'

export const utipHarness: HoldingHarness = {
  label: utipLabel,
  place: { account: '500123', currency: 'USDT' },
  unknownPlace: { account: '999999', currency: 'USDT' },
  amounts: ['250', '12.50', '0.00000001', '123456789012.123456789012345678'],
  late: ['commit_late'],
  start: async () => sideOf(await startUtipServer()),
}

function sideOf(server: UtipServer): OtherSide {
  const urls = { accountUrl: server.url, tradingUrl: server.url }
  const credentials = { tradingSecretKey: TRADING_KEY, accountSecretKey: ACCOUNT_KEY }
  const { faults, book } = server
  return {
    settings: { urls, credentials },
    wrongSettings: { urls, credentials: { ...credentials, tradingSecretKey: 'key-of-somebody-else' } },
    order: async (fault, about) => faults.order(fault, about),
    hurry: async (reference) => faults.hurry(reference),
    calm: async () => faults.calm(),
    async moves({ account }, amounts) {
      for (const amount of amounts) server.move(account, amount)
    },
    bookings: async ({ account, reference }) =>
      book.filter((one) => one.account === account && one.comment === reference).map(({ value }) => value),
    balanceOf: async ({ account }) =>
      sumOf(book.filter((one) => one.account === account).map(({ value }) => value)),
    stop: () => server.stop(),
  }
}
