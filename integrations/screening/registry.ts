import { SCREENING_VERDICTS } from '#domain/operations/screening-verdict.ts'
import type { ScreeningAnswer, ScreeningProvider } from '#domain/screening/screening.ts'
import { createRulesProvider, type RulesLoaders } from './rules/provider.ts'
import { createWatchman, type WatchmanConfig } from './watchman/adapter.ts'

export type ScreeningConfig = { readonly watchman?: WatchmanConfig }
export type ScreeningLoaders = RulesLoaders

/** The providers that are configured, by label; the embedded one always is. */
export function createScreening(
  config: ScreeningConfig,
  loaders: ScreeningLoaders,
): ReadonlyMap<string, ScreeningProvider> {
  const providers = [
    createRulesProvider(loaders),
    ...(config.watchman ? [createWatchman(config.watchman)] : []),
  ]
  return new Map(providers.map((provider) => [provider.label, trustNothing(provider)]))
}

/**
 * Every provider passes through here: an answer that is not one of the three verdicts, for the very check that was asked, is no
 * answer. Its words are not repeated, for they may name people.
 */
export function trustNothing(provider: ScreeningProvider): ScreeningProvider {
  return {
    label: provider.label,
    async check(subject) {
      const answer: unknown = await provider.check(subject)
      if (!isAnswer(answer)) throw new Error(`${provider.label} gave no usable answer: no verdict`)
      if (answer.check !== subject.check)
        throw new Error(`${provider.label} gave no usable answer: it is for another check`)
      if (answer.verdict !== 'clear' && answer.reasons.length === 0)
        throw new Error(`${provider.label} gave no usable answer: a ${answer.verdict} without a reason`)
      return { check: answer.check, verdict: answer.verdict, reasons: answer.reasons }
    },
  }
}

function isAnswer(value: unknown): value is ScreeningAnswer {
  if (typeof value !== 'object' || value === null) return false
  const { check, verdict, reasons } = value as Partial<Record<keyof ScreeningAnswer, unknown>>
  return (
    typeof check === 'string' &&
    SCREENING_VERDICTS.some((known) => known === verdict) &&
    Array.isArray(reasons) &&
    reasons.every((reason) => typeof reason === 'string')
  )
}
