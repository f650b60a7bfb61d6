import type { Platform } from '#domain/platform.ts'
import { createSimulatedBank } from './simulated/adapter.ts'
import type { SimulatedBankConfig } from './simulated/adapter.ts'

export type PlatformsConfig = { readonly simulated?: SimulatedBankConfig }

/** Every platform that has an adapter. */
export const PLATFORM_LABELS = ['simulated'] as const

/** The platforms that are configured, by label. */
export function createPlatforms({ simulated }: PlatformsConfig): ReadonlyMap<string, Platform> {
  const platforms = simulated ? [createSimulatedBank(simulated)] : []
  return new Map(platforms.map((platform) => [platform.label, platform]))
}
