import { PlatformUnavailable, type Holders, type OpenedPlatform } from '#domain/holders.ts'
import type { Outgoing, PlatformLabel, Settings } from '#domain/holding-platform.ts'
import { withBreaker } from './outgoing/breaker.ts'

/** A platform as a project configured it. */
export type ConfiguredPlatform = {
  readonly label: string
  /** Grows with each change. */
  readonly version: number
  /** @throws PlatformUnavailable where its credentials cannot be read */
  settings(): Settings
}

/** Opened once for each version; the breaker stays with the platform, whatever is changed about it. */
export function createHolders({
  find,
  labels,
  outgoing,
}: {
  find: (projectId: string, platformId: string) => Promise<ConfiguredPlatform | undefined>
  labels: readonly PlatformLabel[]
  outgoing: Outgoing
}): Holders {
  const opened = new Map<string, { version: number; platform: OpenedPlatform }>()
  const senders = new Map<string, Outgoing>()

  function senderOf(platformId: string): Outgoing {
    const sender = senders.get(platformId) ?? withBreaker(outgoing)
    senders.set(platformId, sender)
    return sender
  }

  return {
    async open(projectId, platformId) {
      const found = await find(projectId, platformId)
      if (!found) {
        opened.delete(platformId)
        senders.delete(platformId)
        throw new PlatformUnavailable('platform_removed')
      }
      const known = opened.get(platformId)
      if (known?.version === found.version) return known.platform
      const label = labels.find((one) => one.label === found.label)
      if (!label) throw new PlatformUnavailable('label_unknown')
      // Adapters may be classes, whose methods a copy would lose.
      const platform = Object.assign(Object.create(label.open(found.settings(), senderOf(platformId))), {
        label: found.label,
        version: found.version,
      }) as OpenedPlatform
      opened.set(platformId, { version: found.version, platform })
      return platform
    },
  }
}
