import type { PlatformLabel } from '#domain/holding-platform.ts'
import type { Platform } from '#domain/platform.ts'
import { createSimulatedBank } from './simulated/adapter.ts'
import type { SimulatedBankConfig } from './simulated/adapter.ts'

export type PlatformsConfig = { readonly simulated?: SimulatedBankConfig }

/** Every platform that has an adapter to pay out by. */
export const PLATFORM_LABELS = ['simulated'] as const

/** Every platform that has an adapter for the balances that it keeps. */
export const HOLDING_LABELS: readonly PlatformLabel[] = []

/** The platforms that are configured, by label. */
export function createPlatforms({ simulated }: PlatformsConfig): ReadonlyMap<string, Platform> {
  const platforms = simulated ? [createSimulatedBank(simulated)] : []
  return new Map(platforms.map((platform) => [platform.label, platform]))
}
