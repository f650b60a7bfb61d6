import type { PlatformLabel } from '#domain/platforms/holding-platform.ts'
import { CAPABILITIES, openBinance } from './adapter.ts'

export const binanceLabel: PlatformLabel = {
  label: 'binance',
  name: 'Binance',
  urls: [
    {
      name: 'restUrl',
      description: 'The REST API, usually https://api.binance.com',
      required: true,
      protocols: ['https:'],
    },
    {
      name: 'wsUrl',
      description: 'Where Binance streams; kept, not used',
      required: false,
      protocols: ['wss:'],
    },
  ],
  credentials: [
    {
      name: 'apiKey',
      description:
        'The API key, with the rights to read, trade and withdraw; the account that it opens is called "spot"',
      required: true,
    },
    { name: 'secretKey', description: 'The secret that requests are signed with', required: true },
  ],
  capabilities: CAPABILITIES,
  open: openBinance,
}
