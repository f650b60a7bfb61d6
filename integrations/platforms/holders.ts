import { PlatformUnavailable, type Holders, type OpenedPlatform } from '#domain/platforms/holders.ts'
import type { Outgoing, PlatformLabel, Settings } from '#domain/platforms/holding-platform.ts'
import { withBreaker } from '../http/breaker.ts'

/** A platform as a project configured it. */
export type ConfiguredPlatform = {
  readonly label: string
  /** Grows with each change. */
  readonly version: number
  /** Readable without its credentials. */
  readonly urls: Settings['urls']
  /** @throws PlatformUnavailable where its credentials cannot be read */
  settings(): Settings
}

/**
 * Opened once for each version. The breaker stays with the platform while it is where it was: what somebody at a wrong address asked
 * for, to be left alone for a day, says nothing of the right one.
 */
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
  const senders = new Map<string, { at: string; send: Outgoing }>()

  function senderOf(platformId: string, { urls }: ConfiguredPlatform): Outgoing {
    const at = JSON.stringify(urls)
    const known = senders.get(platformId)
    if (known?.at === at) return known.send
    const send = withBreaker(outgoing)
    senders.set(platformId, { at, send })
    return send
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
      const platform = Object.assign(
        Object.create(label.open(found.settings(), senderOf(platformId, found))),
        {
          label: found.label,
          version: found.version,
        },
      ) as OpenedPlatform
      opened.set(platformId, { version: found.version, platform })
      return platform
    },
  }
}
