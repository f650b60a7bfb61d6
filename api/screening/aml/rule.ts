import { z } from 'zod'
import type { StoredScreeningRule } from '#db/screening/screening-rules.ts'
import { wireType } from '#domain/operations/operation.ts'
import { SCREENING_RULE_TYPES } from '#domain/screening/screening-rules.ts'
import { amountOut } from '../../http/fields.ts'
import { badParameter } from '../../http/problem.ts'
import { country } from './list.ts'
import { amountBody } from './policy.ts'

export const ruleType = z.enum(SCREENING_RULE_TYPES).meta({
  description:
    'amount: one operation of fromAmount or more. velocity_count: fromCount or more in windowHours. velocity_sum: fromAmount or more in windowHours. country: the counterparty is in one of countries.',
})
export const verdict = z.enum(['hit', 'review'])
export const windowHours = z
  .int()
  .min(1)
  .max(8784)
  .meta({ examples: [24] })
export const fromCount = z
  .int()
  .min(1)
  .max(1_000_000)
  .meta({ examples: [10] })
export const countries = z
  .array(country)
  .min(1)
  .max(250)
  .meta({ examples: [['KP', 'IR']] })

/** What each type needs besides; it takes nothing else of these. An issuer is optional where only operations are counted. */
const NEEDS: Readonly<Record<(typeof SCREENING_RULE_TYPES)[number], readonly string[]>> = {
  amount: ['issuerId', 'fromAmount'],
  velocity_count: ['fromCount', 'windowHours'],
  velocity_sum: ['issuerId', 'fromAmount', 'windowHours'],
  country: ['countries'],
}
const SPECIAL = ['issuerId', 'fromAmount', 'fromCount', 'windowHours', 'countries'] as const

/** @throws Problem that names the first field that the type needs and has not, or has and does not take */
export function checkRuleFields(
  type: keyof typeof NEEDS,
  given: Readonly<Record<string, unknown>>,
  { isWhole }: { isWhole: boolean },
): void {
  for (const field of SPECIAL) {
    const isNeeded = NEEDS[type].includes(field)
    const isGiven = given[field] !== undefined
    if (isWhole && isNeeded && !isGiven) throw badParameter(field, `is needed by a rule of type ${type}`)
    const isAllowed = isNeeded || (type === 'velocity_count' && field === 'issuerId')
    if (isGiven && !isAllowed) throw badParameter(field, `is not taken by a rule of type ${type}`)
  }
}

export const ruleSchema = z
  .strictObject({
    id: z.string().meta({ examples: ['scr_01h2xcejqtf2nbrexx3vqjhp41'] }),
    name: z.string(),
    type: ruleType,
    types: z.array(z.string()),
    verdict,
    issuerId: z.string().nullable(),
    fromAmount: amountOut.nullable(),
    fromCount: z.int().nullable(),
    windowHours: z.int().nullable(),
    countries: z.array(z.string()).nullable(),
    active: z.boolean(),
  })
  .meta({ id: 'AmlRule' })

export function ruleBody(row: StoredScreeningRule): z.infer<typeof ruleSchema> {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    types: row.kinds.map(wireType),
    verdict: row.verdict,
    issuerId: row.issuer_id,
    fromAmount: amountBody(row),
    fromCount: row.from_count,
    windowHours: row.window_hours,
    countries: row.countries,
    active: row.active,
  }
}
