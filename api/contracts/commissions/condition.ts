import { z } from 'zod'
import type { ConditionRow } from '#db/contracts/contracts-commission.ts'
import {
  COMMISSION_TYPES,
  intersects,
  parsePercent,
  type CommissionType,
  type Condition,
} from '#domain/contracts/commission.ts'
import { formatAmount, type Currency } from '#domain/money.ts'
import { amountOut, amountText } from '../../http/fields.ts'
import { badParameter, conflict } from '../../http/problem.ts'
import { readAmountOrZero } from '../contracts/amounts.ts'

/** What each type is made of. */
const PARTS: Readonly<Record<CommissionType, readonly ('valueFixed' | 'valuePercent')[]>> = {
  zero: [],
  percent: ['valuePercent'],
  fixed: ['valueFixed'],
  greater_of_fixed_or_percent: ['valueFixed', 'valuePercent'],
  lesser_of_fixed_or_percent: ['valueFixed', 'valuePercent'],
  fixed_and_percent: ['valueFixed', 'valuePercent'],
}

const percentText = amountText
  .refine((text) => parsePercent(text) !== undefined, {
    error: 'must be from 0 to 100 with at most 6 decimals',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({
    description: 'Percentage from 0 to 100 with at most 6 decimals: "1.25" is 1.25 %',
    examples: ['1.25'],
  })

const commission = z
  .strictObject({
    type: z.enum(COMMISSION_TYPES),
    valueFixed: amountText.optional(),
    valuePercent: percentText.optional(),
  })
  .superRefine(({ type, ...values }, context) => {
    for (const part of ['valueFixed', 'valuePercent'] as const) {
      const [isTaken, isGiven] = [PARTS[type].includes(part), values[part] !== undefined]
      if (isTaken === isGiven) continue
      const message = isTaken ? `is needed for the type ${type}` : `is not taken by the type ${type}`
      context.addIssue({ code: 'custom', path: [part], message })
    }
  })

export const conditionInput = z.strictObject({
  beginAmount: amountText.meta({ description: 'Amounts from this one, in the currency of the issuer' }),
  endAmount: amountText
    .nullable()
    .optional()
    .meta({ description: 'Up to this one, which is not part of it; without it: no end' }),
  commission,
})
type ConditionInput = z.infer<typeof conditionInput>

export const conditionSchema = z
  .strictObject({
    id: z.string(),
    commissionRuleId: z.string(),
    beginAmount: amountOut,
    endAmount: amountOut.nullable(),
    commission: z.strictObject({
      type: z.enum(COMMISSION_TYPES),
      valueFixed: amountOut.optional(),
      valuePercent: z
        .string()
        .optional()
        .meta({ examples: ['1.25'] }),
    }),
  })
  .meta({ id: 'CommissionCondition' })

/** Without a currency, of any issuer: then the one amount there can be is zero. */
export function conditionBody(row: ConditionRow, currency: Currency | null): z.infer<typeof conditionSchema> {
  const write = (minor: string) => formatAmount(BigInt(minor), currency?.fraction ?? 0)
  const parts = PARTS[row.type]
  return {
    id: row.id,
    commissionRuleId: row.rule_id,
    beginAmount: write(row.begin_amount),
    endAmount: row.end_amount === null ? null : write(row.end_amount),
    commission: {
      type: row.type,
      ...(parts.includes('valueFixed') ? { valueFixed: write(row.fixed) } : {}),
      ...(parts.includes('valuePercent') ? { valuePercent: row.percent } : {}),
    },
  }
}

/** @throws Problem that names what is not exact in the currency, or needs one where there is none */
export function readCondition(asked: ConditionInput, currency: Currency | null): Condition {
  const { type, valueFixed = '0', valuePercent = '0' } = asked.commission
  if (currency === null) return readForAnyIssuer(asked)
  const begin = readAmountOrZero(asked.beginAmount, currency, 'beginAmount')
  const end =
    asked.endAmount === undefined || asked.endAmount === null
      ? null
      : readAmountOrZero(asked.endAmount, currency, 'endAmount')
  if (end !== null && end <= begin) throw badParameter('endAmount', 'must be more than beginAmount')
  const fixed = readAmountOrZero(valueFixed, currency, 'commission.valueFixed')
  return { begin, end, type, fixed, percent: valuePercent }
}

function readForAnyIssuer({ beginAmount, endAmount, commission: { type, valuePercent } }: ConditionInput) {
  const why = 'the profile is for any issuer, and an amount needs a currency'
  if (PARTS[type].includes('valueFixed'))
    throw badParameter('commission.type', `must be zero or percent: ${why}`)
  if (!/^[0.]+$/.test(beginAmount)) throw badParameter('beginAmount', `must be 0: ${why}`)
  if (endAmount !== undefined && endAmount !== null) throw badParameter('endAmount', `must be absent: ${why}`)
  return { begin: 0n, end: null, type, fixed: 0n, percent: valuePercent ?? '0' }
}

/** @throws Problem where an amount would have two conditions */
export function refuseConditionOverlap(
  condition: Condition,
  others: readonly ConditionRow[],
  currency: Currency | null,
): void {
  const other = others.find(({ begin_amount, end_amount }) =>
    intersects(condition, {
      begin: BigInt(begin_amount),
      end: end_amount === null ? null : BigInt(end_amount),
    }),
  )
  if (!other) return
  const { beginAmount, endAmount } = conditionBody(other, currency)
  throw conflict(
    'commission_condition_overlaps',
    'beginAmount',
    `The rule has a condition for amounts from ${beginAmount} ${endAmount === null ? 'on' : `up to ${endAmount}`} already.`,
  )
}
