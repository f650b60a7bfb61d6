import { KINDS, type Kind } from '../operations/operation.ts'
import type { PinnedScreening } from '../operations/pinned-rules.ts'
import type { ScreeningVerdict } from '../operations/screening-verdict.ts'

/** What a policy can ask to be checked. */
export const SCREENED_KINDS = [
  'top_up',
  'withdrawal',
  'transfer',
  'platform_deposit',
  'platform_withdrawal',
  'platform_trade',
] as const satisfies readonly Kind[]

/** What an asset begins with is checked as a top-up is: it comes from outside, too. */
export function screenedAs(kind: Kind): Kind {
  return kind === 'opening_balance' ? 'top_up' : kind
}

/** The kinds of operations that these stand for. */
export function kindsScreenedAs(kinds: readonly Kind[]): Kind[] {
  return KINDS.filter((kind) => kinds.includes(screenedAs(kind)))
}

/** Every provider that has an adapter. */
export const SCREENING_PROVIDERS = ['rules', 'watchman'] as const
export type ScreeningProviderLabel = (typeof SCREENING_PROVIDERS)[number]

export type ScreenedParty = {
  readonly part: 'client' | 'counterparty'
  /** Empty where nobody gave one. */
  readonly name: string
  /** ISO 3166-1 alpha-2, in capitals. */
  readonly country?: string
}

export type ScreeningSubject = {
  readonly projectId: string
  /** "<operation>/<n>": the same on every try, and what the answer has to be for. */
  readonly check: string
  readonly kind: Kind
  readonly issuerId: string
  /** Minor units of the issuer. */
  readonly amount: bigint
  readonly currency: string
  readonly fraction: number
  /** The client. */
  readonly organizationId: string
  /** When it was asked for: what the client did before is counted back from here. */
  readonly askedAt: Date
  readonly parties: readonly ScreenedParty[]
}

export type ScreeningAnswer = {
  readonly check: string
  readonly verdict: ScreeningVerdict
  /** Names of rules and lists, and ids of entries; no personal data. */
  readonly reasons: readonly string[]
}

export interface ScreeningProvider {
  readonly label: string
  /** @throws where there is no usable answer: an outage, nonsense, or an answer for another check */
  check(subject: ScreeningSubject): Promise<ScreeningAnswer>
}

/** Which operations are checked, by whom. Null: whatever the amount, or the issuer. An amount counts in its issuer's minor units. */
export type ScreeningPolicy = {
  readonly id: string
  readonly kinds: readonly Kind[]
  readonly fromAmount: bigint | null
  readonly issuerId: string | null
  readonly provider: string
  readonly maxAgeMs: number
  readonly patienceMs?: number
}

/**
 * The policy that counts for an operation, or null where none asks for a check. Of several the narrowest counts: one for
 * the issuer before one for all, then the one with the highest amount that is still reached; then the oldest.
 */
export function screeningFor(
  policies: readonly ScreeningPolicy[],
  asked: { readonly kind: Kind; readonly issuerId: string; readonly amount: bigint },
): PinnedScreening | null {
  const [first] = policies
    .filter(
      ({ kinds, issuerId, fromAmount }) =>
        kinds.includes(screenedAs(asked.kind)) &&
        (issuerId === null || issuerId === asked.issuerId) &&
        (fromAmount === null || asked.amount >= fromAmount),
    )
    .toSorted(byNarrowness)
  if (!first) return null
  const { id, provider, maxAgeMs, patienceMs } = first
  return { policy: id, provider, maxAgeMs, ...(patienceMs === undefined ? {} : { patienceMs }) }
}

function byNarrowness(a: ScreeningPolicy, b: ScreeningPolicy): number {
  if ((a.issuerId === null) !== (b.issuerId === null)) return a.issuerId === null ? 1 : -1
  const [from, other] = [a.fromAmount ?? 0n, b.fromAmount ?? 0n]
  if (from !== other) return from > other ? -1 : 1
  return a.id < b.id ? -1 : 1
}

const RANK: Readonly<Record<ScreeningVerdict, number>> = { clear: 0, review: 1, hit: 2 }

/** The gravest of what several rules say; clear where none says anything. */
export function gravestVerdict(verdicts: readonly ScreeningVerdict[]): ScreeningVerdict {
  return verdicts.reduce<ScreeningVerdict>(
    (worst, next) => (RANK[next] > RANK[worst] ? next : worst),
    'clear',
  )
}
