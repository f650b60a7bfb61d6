import type { Knex } from 'knex'
import { z } from 'zod'
import { findLimit, type LimitProfile } from '#db/contracts/contracts-limits.ts'
import { QUALIFIERS, TIME_UNITS, type Qualifier } from '#domain/contracts/limit.ts'
import { formatAmount, type Currency } from '#domain/money.ts'
import { amountOut, amountText, text } from '../../http/fields.ts'
import { badParameter, notFound } from '../../http/problem.ts'
import { readAmountOrZero } from '../contracts/amounts.ts'
import { contractParams } from '../contracts/contract.ts'
import { flowField } from '../operation-flows/flow.ts'

export const limitParams = contractParams.extend({
  lid: text(64).meta({
    description: 'Id of the limit profile',
    examples: ['lim_01h2xcejqtf2nbrexx3vqjhp41'],
  }),
})

export const qualifierField = z
  .enum(QUALIFIERS)
  .meta({ description: 'amount: how much in all; quantity: how many operations' })

export const timeUnitField = z
  .enum(TIME_UNITS)
  .meta({ description: 'Periods of the project’s time zone; a week begins on Monday' })

export const valueField = amountText.meta({
  description:
    'The most there may be in one period: in the currency of the issuer, or a number of operations',
})

export const limitSchema = z
  .strictObject({
    id: z.string(),
    contractId: z.string(),
    issuerId: z
      .string()
      .nullable()
      .meta({ description: 'Null: operations of every issuer, counted together' }),
    operationFlowId: flowField,
    qualifier: qualifierField,
    timeUnit: timeUnitField,
    value: amountOut,
    active: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'LimitProfile' })

export function limitBody(row: LimitProfile): z.infer<typeof limitSchema> {
  const fraction = row.qualifier === 'amount' ? (row.fraction ?? 0) : 0
  return {
    id: row.id,
    contractId: row.contract_id,
    issuerId: row.issuer_id,
    operationFlowId: row.flow,
    qualifier: row.qualifier,
    timeUnit: row.time_unit,
    value: formatAmount(BigInt(row.value), fraction),
    active: row.active,
    createdAt: row.created_at.toISOString(),
  }
}

/** @throws Problem where the contract has no such limit */
export async function readLimit(trx: Knex, { id, lid }: z.infer<typeof limitParams>): Promise<LimitProfile> {
  const limit = await findLimit(trx, id, lid)
  if (!limit) throw notFound('lid', 'limit profile')
  return limit
}

/** In minor units, or operations. @throws Problem where it is not exact, or is an amount without a currency */
export function readLimitValue(value: string, qualifier: Qualifier, currency: Currency | null): string {
  if (qualifier === 'amount') {
    if (currency === null) throw badParameter('issuerId', 'is needed: an amount has a currency')
    return readAmountOrZero(value, currency, 'value').toString()
  }
  if (!/^\d+$/.test(value)) throw badParameter('value', 'must be a whole number of operations')
  return value
}
