import { about, type Section } from './rows.ts'
import type { Things } from './things.ts'
import { CLIENTS } from './who.ts'

const amount = '1.00'
const onAsset = (more: object = {}) =>
  about(async (things) => (await things.platformAsset()).id, { body: { amount, ...more } })

/** In this suite without Temporal what is asked for is acknowledged by 202 and kept. */
export const PLATFORM_ORDERS: readonly Section[] = [
  {
    who: `accountant ${CLIENTS}`,
    routes: {
      'post /assets/:id/deposit': { ask: onAsset(), own: 202 },
      'post /assets/:id/withdraw': { ask: onAsset(), own: 202 },
      'post /assets/:id/trade': {
        ask: async (things: Things) => ({
          params: { id: (await things.platformAsset()).id },
          body: { amount, buyAssetId: (await things.otherPlatformAsset()).id },
        }),
        own: 202,
      },
    },
  },
  {
    who: 'administrator ceo cfo accountant',
    routes: {
      'post /assets/:id/sync': { ask: about(async (things) => (await things.platformAsset()).id), own: 202 },
      'post /platforms/:id/sync': { ask: about(async (things) => (await things.platform()).id), own: 202 },
    },
  },
]
