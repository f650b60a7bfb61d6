import type { HoldingPlatform } from './holding-platform.ts'

export type OpenedPlatform = HoldingPlatform & {
  readonly label: string
  /** Of what it was configured with; grows with each change. */
  readonly version: number
}

/** Platforms that hold balances, opened with what the project configured. */
export type Holders = {
  /** @throws PlatformUnavailable where it was removed or cannot be opened */
  open(projectId: string, platformId: string): Promise<OpenedPlatform>
}

export type Unavailability =
  | 'platform_removed'
  | 'label_unknown'
  | 'secret_key_missing'
  | 'credentials_unreadable'

/** The platform cannot be asked. Somebody may mend that, so it is an outage and says nothing of what became of an order. */
export class PlatformUnavailable extends Error {
  readonly reason: Unavailability

  constructor(reason: Unavailability) {
    super(reason)
    this.name = 'PlatformUnavailable'
    this.reason = reason
  }
}
