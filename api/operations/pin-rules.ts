import type { Knex } from 'knex'
import { listActiveApprovalRules } from '#db/approvals/approval-rules.ts'
import type { CoinFacts } from '#db/accounts/coin-facts.ts'
import { listActiveScreeningPolicies } from '#db/screening/screening-policies.ts'
import { readTerms, type Terms } from '#db/contracts/terms.ts'
import type { WishFacts } from '#db/operations/wish-facts.ts'
import { approvalFor } from '#domain/approvals/approval.ts'
import { chargeArrived, chargeFor, type Charge, type Flow } from '#domain/contracts/commission.ts'
import { reservationsFor } from '#domain/contracts/limit.ts'
import type { Kind } from '#domain/operations/operation.ts'
import type { PinnedRules } from '#domain/operations/pinned-rules.ts'
import { screeningFor } from '#domain/screening/screening.ts'
import { rolesToDecide } from '#domain/operations/step.ts'
import { Problem } from '../http/problem.ts'

export type Priced = { readonly terms: Terms; readonly charge: Charge }

/** What the client's contract takes for it. Refused where the contract does not offer the operation for this amount. */
export async function price(
  trx: Knex,
  asked: {
    readonly flow: Flow
    readonly coin: CoinFacts
    readonly counterCoin?: CoinFacts
    readonly amount: bigint
    /** The money is there already: the commission comes out of it. */
    readonly isArrived?: boolean
    readonly at: Date
  },
): Promise<Priced> {
  const { flow, coin, counterCoin, at } = asked
  const terms = await readTerms(trx, {
    organizationId: coin.organization_id,
    issuerId: coin.issuer_id,
    flow,
    ...(counterCoin ? { counterOrganizationId: counterCoin.organization_id } : {}),
    at,
  })
  return priceBy(terms, asked)
}

/** The same where the terms were read already; undefined: the operation is not offered. */
export function priceBy(
  terms: Terms | undefined,
  { amount, isArrived = false }: { readonly amount: bigint; readonly isArrived?: boolean },
): Priced {
  if (!terms)
    throw refused('operation_not_offered', 'is not offered for this coin: no commission rule is active')
  const charge = (isArrived ? chargeArrived : chargeFor)(terms.rule, amount)
  if ('refusal' in charge) throw refused(charge.refusal, CHARGE_REFUSED[charge.refusal])
  return { terms, charge }
}

const CHARGE_REFUSED = {
  operation_not_offered: 'is in none of the ranges in which the contract offers this operation',
  commission_exceeds_amount: 'must be more than the commission that is taken from it',
} as const

function refused(code: keyof typeof CHARGE_REFUSED, message: string): Problem {
  return new Problem(422, code, { detail: `amount ${message}.`, errors: [{ parameter: 'amount', message }] })
}

/** Every rule that will hold the operation back, as it is now. It goes with the operation and does not change any more. */
export async function pinRules(trx: Knex, asked: ToPin): Promise<PinnedRules> {
  return pinBy(asked, {
    policies: asked.isScreened === false ? [] : await listActiveScreeningPolicies(trx),
    approvals: await listActiveApprovalRules(trx),
  })
}

type ToPin = {
  readonly kind: Kind
  readonly issuerId: string
  readonly amount: bigint
  /** It waits for somebody even where no approval rule names it. */
  readonly needsDecision: boolean
  /** Of the client's contract; without them nothing is limited. */
  readonly terms?: Terms
  readonly at: Date
  readonly isScreened?: boolean
}

/** The same where the project's rules were read already. */
export function pinBy(
  { kind, issuerId, amount, needsDecision, terms, at, isScreened = true }: ToPin,
  { policies, approvals }: Pick<WishFacts, 'policies' | 'approvals'>,
): PinnedRules {
  const subject = { kind, issuerId, amount }
  return {
    limits: terms ? reservationsFor(terms.limits, { amount, at, timeZone: terms.timeZone }) : [],
    screening: isScreened ? screeningFor(policies, subject) : null,
    approval: approvalFor(approvals, {
      ...subject,
      needsDecision,
      defaultRoles: rolesToDecide(kind, 'accept'),
    }),
  }
}
