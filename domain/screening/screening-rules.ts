import type { Kind } from '../operations/operation.ts'
import type { ScreeningVerdict } from '../operations/screening-verdict.ts'
import type { ListedName } from './name-match.ts'
import { screenedAs, type ScreeningSubject } from './screening.ts'

/** What the embedded provider looks for. All of it is data of the project. */
export type ScreeningRules = {
  /** Moves with every change. */
  readonly version: string
  readonly lists: readonly ScreeningList[]
  readonly rules: readonly ScreeningRule[]
}

export type ScreeningList = {
  readonly id: string
  readonly name: string
  /** What a match means; what is only near is always a review. */
  readonly onMatch: Exclude<ScreeningVerdict, 'clear'>
  /** Scores from 0 to 100. */
  readonly matchFrom: number
  readonly nearFrom: number
  readonly entries: readonly ListedName[]
}

export const SCREENING_RULE_TYPES = ['amount', 'velocity_count', 'velocity_sum', 'country'] as const
export type ScreeningRuleType = (typeof SCREENING_RULE_TYPES)[number]

/** Amounts in minor units of the issuer. What happened in the window counts, this operation included. */
export type ScreeningRule = {
  readonly id: string
  readonly name: string
  readonly kinds: readonly Kind[]
  readonly verdict: Exclude<ScreeningVerdict, 'clear'>
} & (
  | { readonly type: 'amount'; readonly issuerId: string; readonly fromAmount: bigint }
  | {
      readonly type: 'velocity_count'
      readonly issuerId: string | null
      readonly windowHours: number
      readonly fromCount: number
    }
  | {
      readonly type: 'velocity_sum'
      readonly issuerId: string
      readonly windowHours: number
      readonly fromAmount: bigint
    }
  | { readonly type: 'country'; readonly countries: readonly string[] }
)

/** What a client did in a time: how often, and how much in minor units. */
export type Velocity = { readonly count: number; readonly sum: bigint }

/** Whether a rule speaks about an operation at all: of this kind, in this issuer. */
export function concerns(rule: ScreeningRule, { kind, issuerId }: ScreeningSubject): boolean {
  return (
    rule.kinds.includes(screenedAs(kind)) &&
    (rule.type === 'country' || rule.issuerId === null || rule.issuerId === issuerId)
  )
}

/** @param velocity of the rule's own window; only velocity rules look at it */
export function isBroken(rule: ScreeningRule, subject: ScreeningSubject, velocity: Velocity): boolean {
  switch (rule.type) {
    case 'amount':
      return subject.amount >= rule.fromAmount
    case 'velocity_count':
      return velocity.count >= rule.fromCount
    case 'velocity_sum':
      return velocity.sum >= rule.fromAmount
    case 'country':
      return subject.parties.some(({ country }) => country !== undefined && rule.countries.includes(country))
  }
}
