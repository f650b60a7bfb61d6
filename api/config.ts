import type { PlatformsConfig } from '#platforms/registry.ts'
import type { TemporalSettings } from '#temporal/settings.ts'

export type ApiConfig = {
  readonly port: number
  readonly databaseUrl: string
  readonly temporal: TemporalSettings
  /** Where people look at workflows; links in answers begin with it. */
  readonly temporalUiUrl: string
  readonly sandbox: boolean
  readonly banks: PlatformsConfig
  readonly logLevel: string
  readonly host?: string
  readonly answerWithinMs?: number
}
