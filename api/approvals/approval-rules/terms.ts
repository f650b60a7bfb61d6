import type { Knex } from 'knex'
import { z } from 'zod'
import type { RuleTerms } from '#db/approvals/approval-rules.ts'
import { findIssuer } from '#db/catalogue/issuers.ts'
import { ORDERS } from '#domain/operations/approval-plan.ts'
import { canNeedApproval } from '#domain/approvals/approval.ts'
import { formatAmount, type Currency } from '#domain/money.ts'
import { KINDS, wireType } from '#domain/operations/operation.ts'
import { isClientRole, ROLES } from '#domain/identity/role.ts'
import { amountOut, amountText, readAmount, text } from '../../http/fields.ts'
import { badParameter } from '../../http/problem.ts'

const STAGES_MAX = 5
const APPROVERS_MAX = 10
const SECONDS_MAX = 366 * 86_400

export const APPROVABLE_KINDS = KINDS.filter(canNeedApproval)

/** The operations that a rule can hold back, as the wire names them. */
export const operationType = z
  .enum(APPROVABLE_KINDS.map(wireType))
  .meta({ description: 'Which operations it holds back', examples: ['bank_redeem'] })

const roles = z
  .array(z.enum(ROLES.filter((role) => !isClientRole(role))))
  .min(1)
  .refine((named) => new Set(named).size === named.length, 'names a role twice')
const seconds = z.int().min(1).max(SECONDS_MAX)

const stages = z
  .array(z.strictObject({ roles, approvers: z.int().min(1).max(APPROVERS_MAX) }))
  .min(1)
  .max(STAGES_MAX)
  .meta({ description: 'Each with so many approvers, who hold one of its roles' })

const escalation = z
  .strictObject({ afterSeconds: seconds, roles })
  .meta({ description: 'So long after it began to wait, these roles fill any open place as well' })

const order = z.enum(ORDERS).meta({
  description: 'sequence: a stage opens when the one before it is full. together: all are open at once',
})

const expiry = seconds.meta({ description: "Then it is declined; null: after the project's own time" })
const from = amountText.meta({ description: 'The smallest amount it is for; only with issuerId' })
const to = amountText.meta({ description: 'The first amount it is no longer for; only with issuerId' })
export const reasonField = text(500).meta({ description: 'For the one who decides on the change' })

export const createFields = {
  businessProcessType: operationType,
  issuerId: text(64).nullable().default(null).meta({ description: 'Null: whatever the issuer' }),
  fromAmount: from.nullable().default(null),
  toAmount: to.nullable().default(null),
  order: order.default('sequence'),
  stages,
  expiresAfterSeconds: expiry.nullable().default(null),
  escalation: escalation.nullable().default(null),
}

export const changeFields = {
  fromAmount: from.nullable().exactOptional(),
  toAmount: to.nullable().exactOptional(),
  order: order.exactOptional(),
  stages: stages.exactOptional(),
  expiresAfterSeconds: expiry.nullable().exactOptional(),
  escalation: escalation.nullable().exactOptional(),
}

export const termsSchema = z
  .strictObject({
    businessProcessType: operationType,
    issuerId: z.string().nullable(),
    fromAmount: amountOut.nullable(),
    toAmount: amountOut.nullable(),
    order,
    stages,
    expiresAfterSeconds: expiry.nullable(),
    escalation: escalation.nullable(),
  })
  .meta({ id: 'ApprovalRuleTerms' })

/** What a rule is to say, as it arrives. */
type Wish = z.infer<z.ZodObject<typeof createFields>>

/** @throws Problem where the issuer, the band or the times do not fit each other. */
export async function readTerms(trx: Knex, wish: Wish): Promise<RuleTerms> {
  const currency = await currencyOf(trx, wish)
  const [fromMinor, toMinor] = readBand(wish, currency)
  const { expiresAfterSeconds: expires, escalation: escalates } = wish
  if (escalates !== null && expires !== null && escalates.afterSeconds >= expires)
    throw badParameter('escalation.afterSeconds', 'must be less than expiresAfterSeconds')
  const [kind] = APPROVABLE_KINDS.filter((one) => wireType(one) === wish.businessProcessType)
  if (kind === undefined) throw badParameter('businessProcessType', 'is not an operation that can wait')
  return {
    kind,
    issuer_id: wish.issuerId,
    from_amount: fromMinor.toString(),
    to_amount: toMinor?.toString() ?? null,
    ordering: wish.order,
    stages: wish.stages,
    expires_after_ms: expires === null ? null : String(expires * 1000),
    escalation: escalates && { afterMs: escalates.afterSeconds * 1000, roles: escalates.roles },
  }
}

/** Undefined where no issuer is named, and so no amount may be. */
async function currencyOf(trx: Knex, wish: Wish): Promise<Currency | undefined> {
  if (wish.issuerId === null) {
    for (const parameter of ['fromAmount', 'toAmount'] as const)
      if (wish[parameter] !== null)
        throw badParameter(parameter, 'needs an issuerId, whose currency it is in')
    return undefined
  }
  const issuer = await findIssuer(trx, wish.issuerId)
  if (!issuer) throw badParameter('issuerId', 'is not the id of an issuer of this project')
  return issuer.currency
}

function readBand({ fromAmount, toAmount }: Wish, currency?: Currency): [bigint, bigint | null] {
  if (!currency) return [0n, null]
  const isFromNothing = fromAmount === null || /^[0.]+$/.test(fromAmount)
  const fromMinor = isFromNothing ? 0n : readAmount(fromAmount, currency, 'fromAmount')
  const toMinor = toAmount === null ? null : readAmount(toAmount, currency, 'toAmount')
  if (toMinor !== null && toMinor <= fromMinor) throw badParameter('toAmount', 'must be more than fromAmount')
  return [fromMinor, toMinor]
}

/** As it travels; null amounts where there is no issuer to say in what. */
export function termsBody(terms: RuleTerms, currency: Currency | null): z.infer<typeof termsSchema> {
  const { escalation: escalates, expires_after_ms: expires } = terms
  const amount = (minor: string | null) =>
    minor === null || currency === null ? null : formatAmount(BigInt(minor), currency.fraction)
  return {
    businessProcessType: wireType(terms.kind),
    issuerId: terms.issuer_id,
    fromAmount: amount(terms.from_amount),
    toAmount: amount(terms.to_amount),
    order: terms.ordering,
    stages: terms.stages,
    expiresAfterSeconds: expires === null ? null : Number(expires) / 1000,
    escalation: escalates && { afterSeconds: escalates.afterMs / 1000, roles: escalates.roles },
  } as z.infer<typeof termsSchema>
}
