import type { PlatformLabel } from '#domain/platforms/holding-platform.ts'
import { CAPABILITIES, openHoldingSide } from './holding-adapter.ts'

export const simulatedLabel: PlatformLabel = {
  label: 'simulated',
  name: 'Simulated platform (sandbox)',
  urls: [
    {
      name: 'apiUrl',
      description: 'Where the simulated platform listens',
      required: true,
      protocols: ['https:'],
    },
  ],
  credentials: [
    { name: 'apiKey', description: 'The key that it asks for', required: true },
    { name: 'callbackSecret', description: 'What it signs its calls with', required: true },
  ],
  capabilities: CAPABILITIES,
  open: openHoldingSide,
}
