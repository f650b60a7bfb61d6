import type { PlatformLabel } from '#domain/platforms/holding-platform.ts'
import type { Platform } from '#domain/platforms/platform.ts'
import { binanceLabel } from './binance/label.ts'
import { createSimulatedBank } from './simulated/adapter.ts'
import type { SimulatedBankConfig } from './simulated/adapter.ts'
import { simulatedLabel } from './simulated/label.ts'
import { utipLabel } from './utip/label.ts'

export type PlatformsConfig = { readonly simulated?: SimulatedBankConfig }

/** Every platform that pays out. */
export const PLATFORM_LABELS = ['simulated'] as const

/** The platforms that pay out and are configured, by label. */
export function createPlatforms({ simulated }: PlatformsConfig): ReadonlyMap<string, Platform> {
  const platforms = simulated ? [createSimulatedBank(simulated)] : []
  return new Map(platforms.map((platform) => [platform.label, platform]))
}

/** Every platform that keeps balances and has an adapter; projects configure them. */
export const HOLDING_LABELS: readonly PlatformLabel[] = [simulatedLabel, utipLabel, binanceLabel]
