import type { PlatformLabel } from '#domain/platforms/holding-platform.ts'
import { CAPABILITIES, openMeridian } from './adapter.ts'

export const meridianLabel: PlatformLabel = {
  label: 'meridian',
  name: 'Meridian Bank',
  urls: [{ name: 'apiUrl', description: 'Where the bank listens', required: true, protocols: ['https:'] }],
  credentials: [{ name: 'apiKey', description: 'The key of your branch', required: true }],
  capabilities: CAPABILITIES,
  open: openMeridian,
}
