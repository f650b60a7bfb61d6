import type { TimeLimits } from '#db/connection.ts'
import type { Channel } from '#db/identity/messages.ts'
import type { PlatformsConfig } from '#integrations/platforms/registry.ts'
import type { TemporalSettings } from '#temporal/settings.ts'

export type ApiConfig = {
  readonly port: number
  readonly databaseUrl: string
  readonly databaseLimits?: TimeLimits
  readonly temporal: TemporalSettings
  /** Where people look at workflows; links in answers begin with it. */
  readonly temporalUiUrl: string
  readonly sandbox: boolean
  /** What the worker can deliver messages by, outside the sandbox. */
  readonly channels?: readonly Channel[]
  /** 32 bytes in base64; seals messages until they are sent, and authenticator secrets. */
  readonly secretKey?: string
  /** What was the key before, for what is still sealed with it. */
  readonly previousKey?: string
  /** `host:port` of loopback that platforms may be at. */
  readonly platformAllow?: readonly string[]
  readonly banks: PlatformsConfig
  readonly logLevel: string
  readonly host?: string
  /** Read anew for each call. */
  readonly answerWithinMs?: number
}
