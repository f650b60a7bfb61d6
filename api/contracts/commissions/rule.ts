import type { Knex } from 'knex'
import { z } from 'zod'
import { listRules, type Rule } from '#db/contracts/contracts-commission.ts'
import { DIRECTIONS, intersects } from '#domain/contracts/commission.ts'
import type { Currency } from '#domain/money.ts'
import { text } from '../../http/fields.ts'
import { badParameter, conflict, notFound } from '../../http/problem.ts'
import { conditionBody, conditionSchema } from './condition.ts'
import { profileParams, readProfile, type PricedProfile } from './profile.ts'

export const ruleParams = profileParams.extend({
  ruleId: text(64).meta({
    description: 'Id of the commission rule',
    examples: ['cru_01h2xcejqtf2nbrexx3vqjhp41'],
  }),
})

export const directionField = z.enum(DIRECTIONS).meta({
  description:
    'Who bears the commission. IN: the recipient; OUT: the sender, on top; SHARED: each one half, an odd minor unit the recipient',
})

export const ruleSchema = z
  .strictObject({
    id: z.string(),
    commissionProfileId: z.string(),
    beginDate: z.iso.datetime(),
    endDate: z.iso.datetime().nullable(),
    direction: directionField,
    active: z.boolean(),
    conditions: z.array(conditionSchema),
  })
  .meta({ id: 'CommissionRule' })

export function ruleBody(rule: Rule, currency: Currency | null): z.infer<typeof ruleSchema> {
  return {
    id: rule.id,
    commissionProfileId: rule.profile_id,
    beginDate: rule.begins_at.toISOString(),
    endDate: rule.ends_at?.toISOString() ?? null,
    direction: rule.direction,
    active: rule.active,
    conditions: rule.conditions.map((condition) => conditionBody(condition, currency)),
  }
}

/** @throws Problem where the contract has no such profile, or that has no such rule */
export async function readRule(
  trx: Knex,
  params: z.infer<typeof ruleParams>,
): Promise<PricedProfile & { readonly rule: Rule; readonly others: readonly Rule[] }> {
  const priced = await readProfile(trx, params)
  const rules = await listRules(trx, priced.profile.id)
  const rule = rules.find(({ id }) => id === params.ruleId)
  if (!rule) throw notFound('ruleId', 'commission rule')
  return { ...priced, rule, others: rules.filter(({ id }) => id !== rule.id) }
}

type Times = { readonly begins_at: Date; readonly ends_at: Date | null; readonly active: boolean }

/** @param parameter what is to blame where it ends before it begins */
export function refuseNoTime({ begins_at, ends_at }: Times, parameter: 'beginDate' | 'endDate'): void {
  if (ends_at !== null && ends_at <= begins_at)
    throw badParameter(parameter, 'endDate must be after beginDate')
}

/** @param parameter what is to blame where another rule of the profile is active in its time */
export function refuseRuleOverlap(rule: Times, others: readonly Rule[], parameter: string): void {
  const other = others.find((one) => rule.active && one.active && intersects(rangeOf(rule), rangeOf(one)))
  if (other)
    throw conflict('commission_rule_overlaps', parameter, `Rule ${other.id} is active in that time already.`)
}

function rangeOf({ begins_at, ends_at }: Times) {
  return { begin: begins_at, end: ends_at }
}
