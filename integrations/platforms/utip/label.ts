import type { PlatformLabel } from '#domain/platforms/holding-platform.ts'
import { CAPABILITIES, openUtip } from './adapter.ts'

export const utipLabel: PlatformLabel = {
  label: 'utip',
  name: 'UTIP',
  urls: [
    {
      name: 'accountUrl',
      description: 'The server of the personal area, without /api/v_2',
      required: true,
      protocols: ['https:'],
    },
    {
      name: 'tradingUrl',
      description: 'The trading server, without /api/v_2',
      required: true,
      protocols: ['https:'],
    },
    {
      name: 'websocketUrl',
      description: 'Where the trading server streams; kept, not used',
      required: false,
      protocols: ['wss:'],
    },
  ],
  credentials: [
    { name: 'tradingSecretKey', description: 'The API key of the trading server', required: true },
    { name: 'accountSecretKey', description: 'The API key of the personal area', required: true },
    {
      name: 'tradingUtcOffset',
      description: 'What the clock of the trading server is ahead of UTC, as +03:00; without it, nothing',
      required: false,
    },
  ],
  capabilities: CAPABILITIES,
  open: openUtip,
}
