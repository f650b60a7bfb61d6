import type { Gateway } from '#temporal/gateway.ts'
import { noTemporal } from './api.ts'

const later = () => Promise.resolve('later' as const)

/** Operations and decisions are acknowledged, and their workflows would start later; nothing else is asked for. */
export const LATER: Gateway = { ...noTemporal, submit: later, decide: later }

/** Takes everything and answers nothing in time: what is asked for is acknowledged, and nothing else happens meanwhile. */
export const SLOW_TEMPORAL: Gateway = {
  submit: later,
  decide: later,
  deliver: async () => 'delivered',
  tellPlatformCalled: async () => 'delivered',
  startReturn: async () => undefined,
  isOpen: async () => true,
}
