import type { HoldingPlatform, Holders, PlatformLabel, Settings } from '#domain/holding-platform.ts'
import { withBreaker } from './outgoing/breaker.ts'
import { createSender, type OutgoingOptions } from './outgoing/send.ts'

/** A platform as its project has configured it. `version` grows with each change. */
export type Configured = {
  readonly label: string
  readonly version: number
  /** Opens the credentials. @throws where they cannot be opened */
  readonly settings: () => Settings
}

type Parts = {
  readonly labels: readonly PlatformLabel[]
  /** Undefined where there is none, or it was removed. */
  readonly load: (projectId: string, platformId: string) => Promise<Configured | undefined>
  readonly outgoing: OutgoingOptions
}

/** No more detail than this: it may end in a workflow's history. */
export class NoSuchHolder extends Error {}

/** Opened once for each change of the configuration, with connections and a circuit of its own each. */
export function createHolders({ labels, load, outgoing }: Parts): Holders {
  const opened = new Map<string, { version: number; holder: HoldingPlatform }>()
  return {
    open: async (projectId, platformId) => {
      const configured = await load(projectId, platformId)
      if (!configured) {
        opened.delete(platformId)
        throw new NoSuchHolder('there is no such platform')
      }
      const known = opened.get(platformId)
      if (known?.version === configured.version) return known.holder
      const label = labels.find((one) => one.label === configured.label)
      if (!label) throw new NoSuchHolder('there is no adapter for the platform')
      const holder = label.open(configured.settings(), withBreaker(createSender(outgoing)))
      opened.set(platformId, { version: configured.version, holder })
      return holder
    },
  }
}
