import { randomBytes } from 'node:crypto'
import type { Order, OutgoingAnswer, OutgoingRequest } from '#domain/platforms/holding-platform.ts'
import { newId } from '#domain/ids.ts'
import { binanceLabel } from '#integrations/platforms/binance/label.ts'
import type { cleanup } from '#test/support/cleanup.ts'
import { plainOutgoing } from '#test/support/plain-outgoing.ts'
import { API_KEY, SECRET_KEY, startBinanceServer } from './binance-server.ts'

export const DAY_MS = 86_400_000
export const SPOT = { account: 'spot', currency: 'USDT' }
const CREDENTIALS = { apiKey: API_KEY, secretKey: SECRET_KEY }
export const referenceAt = (atMs: number) => newId('op', atMs, randomBytes(16))
export const WITHDRAWAL: Order = {
  ...SPOT,
  reference: 'op_1',
  type: 'withdrawal',
  amount: '250',
  destination: { network: 'TRX', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' },
}
export const TRADE: Order = {
  ...SPOT,
  reference: 'op_2',
  type: 'trade',
  amount: '250',
  buy: { account: 'spot', currency: 'BTC' },
}

export async function startBinance(after: ReturnType<typeof cleanup>) {
  const server = await startBinanceServer()
  after(() => server.stop())
  const settings = { urls: { restUrl: server.url }, credentials: CREDENTIALS }
  const asked = (what: string) => server.heard.filter((one) => one.what === what)
  return { ...server, asked, platform: binanceLabel.open(settings, plainOutgoing()) }
}

/** A platform that hears what the function says, by what is asked. */
export function hearing(answer: (path: string, request: OutgoingRequest) => string | OutgoingAnswer) {
  const settings = { urls: { restUrl: 'https://api.example/' }, credentials: CREDENTIALS }
  return binanceLabel.open(settings, async (request) => {
    const heard = answer(new URL(request.url).pathname, request)
    return typeof heard === 'string' ? { kind: 'answered', status: 200, headers: {}, text: heard } : heard
  })
}

export const MARKET = '{"symbols":[{"symbol":"BTCUSDT","baseAsset":"BTC","quoteAsset":"USDT"}]}'
export const failed = (status: number, code: number, msg = 'words'): OutgoingAnswer => ({
  kind: 'answered',
  status,
  headers: {},
  text: JSON.stringify({ code, msg }),
})
