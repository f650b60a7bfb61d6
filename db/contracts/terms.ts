import type { Knex } from 'knex'
import type { CommissionRule, CommissionType, Direction, Flow } from '#domain/contracts/commission.ts'
import type { Limit, Qualifier, TimeUnit } from '#domain/contracts/limit.ts'

/** What a client's contract says about one operation. */
export type Terms = {
  readonly contractId: string
  readonly rule: CommissionRule
  readonly limits: readonly Limit[]
  /** The project's, in which the periods of limits are counted. */
  readonly timeZone: string
}

/** Amounts are text of minor units. */
export type TermsRow = {
  readonly contractId: string
  readonly timeZone: string
  readonly rule: {
    readonly id: string
    readonly direction: Direction
    readonly conditions: readonly {
      readonly begin: string
      readonly end: string | null
      readonly type: CommissionType
      readonly fixed: string
      readonly percent: string
    }[]
  }
  readonly limits: readonly {
    readonly id: string
    readonly qualifier: Qualifier
    readonly unit: TimeUnit
    readonly value: string
  }[]
}

/**
 * In one round trip, for it is on the way of every payment. Undefined where no commission rule is in force: then the
 * operation is not offered. The counterparty is the other client of a transfer.
 */
export async function readTerms(
  trx: Knex,
  asked: {
    readonly organizationId: string
    readonly issuerId: string
    readonly flow: Flow
    readonly counterOrganizationId?: string
    readonly at: Date
  },
): Promise<Terms | undefined> {
  const { rows } = await trx.raw<{ rows: { terms: TermsRow | null }[] }>(
    'select read_terms(:organizationId, :issuerId, :flow, :counter, :at) as terms',
    { ...asked, counter: asked.counterOrganizationId ?? null },
  )
  const terms = rows[0]?.terms
  return terms ? toTerms(terms) : undefined
}

export function toTerms(terms: TermsRow): Terms {
  const { contractId, timeZone, rule, limits } = terms
  return {
    contractId,
    timeZone,
    rule: {
      ...rule,
      conditions: rule.conditions.map(({ begin, end, fixed, ...same }) => ({
        ...same,
        begin: BigInt(begin),
        end: end === null ? null : BigInt(end),
        fixed: BigInt(fixed),
      })),
    },
    limits: limits.map((limit) => ({ ...limit, value: BigInt(limit.value) })),
  }
}
