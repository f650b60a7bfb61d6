import type { HoldingPlatform, PlatformLabel } from '#domain/platforms/holding-platform.ts'

/** A platform that nobody runs, for what concerns all of them alike. */
export const madeUpLabel: PlatformLabel = {
  label: 'made-up',
  name: 'Made up',
  urls: [
    { name: 'tradingUrl', description: 'Where it trades', required: true, protocols: ['https:'] },
    { name: 'streamUrl', description: 'What it tells', required: false, protocols: ['wss:'] },
  ],
  credentials: [
    { name: 'tradingSecretKey', description: 'Signs calls', required: true },
    { name: 'accountSecretKey', description: 'Signs others', required: false },
  ],
  capabilities: {
    lookUpByReference: false,
    idempotentReference: false,
    orders: ['deposit', 'withdrawal', 'trade'],
    calls: true,
  },
  open: (settings, send): HoldingPlatform => ({
    capabilities: madeUpLabel.capabilities,
    place: async () => ({ kind: 'unknown', reason: 'made_up' }),
    balance: async () => ({ kind: 'unknown', reason: 'made_up' }),
    entries: async () => ({ kind: 'unknown', reason: 'made_up' }),
    async test() {
      const answer = await send({
        method: 'GET',
        url: settings.urls['tradingUrl'] ?? '',
        headers: { 'X-Key': settings.credentials['tradingSecretKey'] ?? '' },
      })
      if (answer.kind !== 'answered') return { kind: 'unknown', reason: answer.reason }
      if (answer.status === 200) return { kind: 'ok' }
      return { kind: 'refused', reason: `status_${answer.status}` }
    },
  }),
}

/** Another one, which assets are linked to. */
export const linkedLabel: PlatformLabel = { ...madeUpLabel, label: 'made-up-linked' }

/** What it is configured with, at an address that no name server knows. */
export function madeUpPlatform(more: object = {}) {
  return {
    name: 'Made up',
    label: 'made-up',
    urls: { tradingUrl: 'https://platform.invalid/api' },
    credentials: { tradingSecretKey: 'Narwhal-Quince5#velvet' },
    ...more,
  }
}
