import { binanceLabel } from '#integrations/platforms/binance/label.ts'
import { API_KEY, SECRET_KEY, startBinanceServer } from './binance-server.ts'
import type { BinanceServer } from './binance-server.ts'
import type { HoldingHarness, OtherSide } from './holding-harness.ts'

export const binanceHarness: HoldingHarness = {
  label: binanceLabel,
  place: { account: 'spot', currency: 'USDT' },
  unknownPlace: { account: 'nobody', currency: 'USDT' },
  buy: { account: 'spot', currency: 'BTC' },
  destination: { network: 'TRX', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' },
  // A market order spends what makes whole lots: here, at its price, half a thousandth.
  amounts: ['250', '12.50', '0.0005', '123456789012.3455'],
  late: ['commit_late', 'answer_late', 'refuse_late'],
  start: async () => sideOf(await startBinanceServer()),
}

function sideOf(server: BinanceServer): OtherSide {
  const { book, faults } = server
  const urls = { restUrl: server.url }
  const credentials = { apiKey: API_KEY, secretKey: SECRET_KEY }
  return {
    settings: { urls, credentials },
    wrongSettings: { urls, credentials: { ...credentials, secretKey: 'secret-of-somebody-else' } },
    order: async (fault, about) => faults.order(fault, about),
    async hurry(reference) {
      faults.hurry(reference)
      for (const one of book.withdrawals)
        if (one.withdrawOrderId === reference && one.status === 4) one.status = 6
    },
    calm: async () => faults.calm(),
    async moves({ currency }, amounts) {
      for (const amount of amounts) book.move(currency, amount)
    },
    bookings: async ({ currency, reference }) =>
      book
        .movements()
        .filter((one) => one.coin === currency && one.clientId === reference)
        .map(({ amount }) => amount),
    balanceOf: async ({ currency }) => book.balanceOf(currency),
    stop: () => server.stop(),
  }
}
