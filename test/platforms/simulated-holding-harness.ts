import type { Order, Place } from '#domain/platforms/holding-platform.ts'
import { simulatedLabel } from '#integrations/platforms/simulated/label.ts'
import { SIGNATURE_HEADER, signCall } from '#integrations/platforms/simulated/signature.ts'
import { sumOf } from './decimals.ts'
import type { HoldingHarness, OtherSide } from './holding-harness.ts'
import { API_KEY, SECRET, startTestBank } from './simulated-harness.ts'
import type { Ask, TestBank } from './simulated-harness.ts'

const HOUR_MS = 3_600_000

export const simulatedHoldingHarness: HoldingHarness = {
  label: simulatedLabel,
  place: { account: 'main', currency: 'USDT' },
  unknownPlace: { account: 'nobody', currency: 'USDT' },
  buy: { account: 'main', currency: 'BTC' },
  destination: { network: 'TRON', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' },
  amounts: ['250', '12.50', '0.00100001', '1.000000000000000001', '123456789012.000000000000000001'],
  moreThanAPage: 120,
  late: ['commit_late', 'answer_late', 'refuse_late'],
  start: async () => sideOf(await startTestBank()),
}

function sideOf(bank: TestBank): OtherSide {
  const credentials = { apiKey: API_KEY, callbackSecret: SECRET }
  const urls = { apiUrl: bank.url }
  return {
    settings: { urls, credentials },
    wrongSettings: { urls, credentials: { ...credentials, apiKey: 'key-of-somebody-else' } },
    async order(fault, about) {
      const body = { fault, ...(fault === 'down' && { delayMs: HOUR_MS }), ...about }
      await asked(bank.ask, ['POST', '/faults', body])
    },
    async hurry(reference) {
      const { status } = await bank.ask('POST', `/orders/${encodeURIComponent(reference)}/hurry`)
      if (status >= 500) throw new Error(`the platform did not hurry: ${status}`)
    },
    calm: async () => void (await asked(bank.ask, ['DELETE', '/faults'])),
    async moves({ account, currency }, amounts) {
      for (const amount of amounts)
        await asked(bank.ask, ['POST', `/accounts/${account}/entries`, { currency, amount, what: 'bonus' }])
    },
    async bookings(order) {
      const entries = await entriesAt(bank.ask, order)
      return entries.filter(({ reference }) => reference === order.reference).map(({ amount }) => amount)
    },
    balanceOf: async (place) => sumOf((await entriesAt(bank.ask, place)).map(({ amount }) => amount)),
    call(event, signedAt) {
      const rawBody = JSON.stringify({ ...event, at: signedAt.toISOString() })
      const signature = signCall(SECRET, rawBody, Math.floor(signedAt.getTime() / 1000))
      return { headers: { [SIGNATURE_HEADER]: signature }, rawBody }
    },
    stop: () => bank.stop(),
  }
}

type Listed = Place & Pick<Order, 'reference' | 'amount'>

async function entriesAt(ask: Ask, { account, currency }: Place): Promise<Listed[]> {
  const { entries } = (await asked(ask, ['GET', '/book/entries'])) as { entries: Listed[] }
  return entries.filter((entry) => entry.account === account && entry.currency === currency)
}

async function asked(ask: Ask, what: Parameters<Ask>): Promise<unknown> {
  const { status, body } = await ask(...what)
  if (status >= 300) throw new Error(`${what[1]} answered ${status}: ${JSON.stringify(body)}`)
  return body
}
