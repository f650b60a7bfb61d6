import type { Knex } from 'knex'
import { z } from 'zod'
import { findIssuer } from '#db/catalogue/issuers.ts'
import type { CurrencyRow } from '#db/catalogue/currencies.ts'
import type { StoredScreeningPolicy } from '#db/screening/screening-policies.ts'
import { formatAmount } from '#domain/money.ts'
import { wireType, type Kind } from '#domain/operations/operation.ts'
import { SCREENED_KINDS, SCREENING_PROVIDERS } from '#domain/screening/screening.ts'
import { amountOut, readAmount } from '../../http/fields.ts'
import { badParameter } from '../../http/problem.ts'

/** Kinds of operations by their names on the wire, each once. */
export const types = z
  .array(z.enum(SCREENED_KINDS.map(wireType)))
  .min(1)
  .refine((names) => new Set(names).size === names.length, 'must name each type once')
  .meta({ description: 'Which operations', examples: [['bank_topup', 'bank_redeem']] })

export const provider = z.enum(SCREENING_PROVIDERS).meta({
  description:
    'rules: the lists and rules of this project. watchman: the server that this installation names.',
})

const YEAR_SECONDS = 366 * 86_400
export const maxAgeSeconds = z
  .int()
  .min(60)
  .max(YEAR_SECONDS)
  .meta({
    description: 'How old a verdict may be when somebody accepts; an older one is asked for again',
    examples: [86_400],
  })
export const patienceSeconds = z
  .int()
  .min(5)
  .max(86_400)
  .meta({
    description: 'How long a provider without a usable answer is asked again before a person has to look',
    examples: [120],
  })

export const policySchema = z
  .strictObject({
    id: z.string().meta({ examples: ['scp_01h2xcejqtf2nbrexx3vqjhp41'] }),
    name: z.string(),
    types: z.array(z.string()),
    issuerId: z.string().nullable().meta({ description: 'Null: every issuer' }),
    fromAmount: amountOut.nullable().meta({ description: 'Null: every amount' }),
    provider: z.string(),
    maxAgeSeconds: z.int(),
    patienceSeconds: z.int(),
    active: z.boolean(),
  })
  .meta({ id: 'AmlPolicy' })

export function policyBody(row: StoredScreeningPolicy): z.infer<typeof policySchema> {
  return {
    id: row.id,
    name: row.name,
    types: row.kinds.map(wireType),
    issuerId: row.issuer_id,
    fromAmount: amountBody(row),
    provider: row.provider,
    maxAgeSeconds: Number(row.max_age_ms) / 1000,
    patienceSeconds: Number(row.patience_ms) / 1000,
    active: row.active,
  }
}

/** An amount of a policy or a rule, in the currency of the issuer that it names. */
export function amountBody(row: {
  readonly from_amount: string | null
  readonly currency: CurrencyRow | null
}): string | null {
  return row.from_amount === null || row.currency === null
    ? null
    : formatAmount(BigInt(row.from_amount), row.currency.fraction)
}

export function kindsOf(names: readonly string[]): Kind[] {
  return SCREENED_KINDS.filter((kind) => names.includes(wireType(kind)))
}

/**
 * Minor units as text, or null without an amount.
 * @throws Problem that names `issuerId` or `fromAmount`: an amount means nothing without an issuer of this project
 */
export async function readFromAmount(
  trx: Knex,
  asked: { readonly issuerId: string | null; readonly fromAmount: string | null },
): Promise<string | null> {
  const { issuerId, fromAmount } = asked
  const issuer = issuerId === null ? undefined : await findIssuer(trx, issuerId)
  if (issuerId !== null && !issuer) throw badParameter('issuerId', 'is not an issuer of this project')
  if (fromAmount === null) return null
  if (!issuer) throw badParameter('issuerId', 'is needed with fromAmount, which is in its currency')
  return readAmount(fromAmount, issuer.currency, 'fromAmount').toString()
}
