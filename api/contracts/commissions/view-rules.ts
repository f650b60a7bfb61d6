import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listRules, type Rule } from '#db/contracts/contracts-commission.ts'
import { endpoint } from '../../http/endpoint.ts'
import { instant } from '../../http/instant.ts'
import { profileParams, readProfile } from './profile.ts'
import { ruleBody, ruleSchema } from './rule.ts'

const CRITERIA = ['FOR_DATE', 'BEFORE_DATE', 'FROM_DATE'] as const

export const viewCommissionRules = endpoint({
  method: 'post',
  path: '/contracts/:id/commission-profiles/:pid/commission-rule/view',
  family: 'Contracts',
  summary: 'List the commission rules of a profile, with their conditions',
  access: 'CONTRACT_VIEWER',
  params: profileParams,
  body: z.strictObject({
    date: instant.optional().meta({ description: 'Without it: now' }),
    filterCriteria: z.enum(CRITERIA).optional().meta({
      description:
        'FOR_DATE: those of that moment; BEFORE_DATE: those that began before; FROM_DATE: those that have not ended by then. Without it: all',
    }),
  }),
  answers: {
    200: {
      description: 'In the order of their begin, active or not',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(ruleSchema) }),
    },
  },
  async handle({ params, body, caller }, { db, now }) {
    const { date = now(), filterCriteria } = body
    const records = await inProject(db, caller.projectId, async (trx) => {
      const { profile, currency } = await readProfile(trx, params)
      const rules = await listRules(trx, profile.id)
      const asked = filterCriteria ? rules.filter((rule) => IS[filterCriteria](rule, date)) : rules
      return asked.map((rule) => ruleBody(rule, currency))
    })
    return { status: 200, body: { status: 'ok', records } }
  },
})

const IS: Readonly<Record<(typeof CRITERIA)[number], (rule: Rule, date: Date) => boolean>> = {
  FOR_DATE: ({ begins_at, ends_at }, date) => begins_at <= date && (ends_at === null || date < ends_at),
  BEFORE_DATE: ({ begins_at }, date) => begins_at < date,
  FROM_DATE: ({ ends_at }, date) => ends_at === null || date < ends_at,
}
