import type { Knex } from 'knex'
import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import {
  addScreeningRule,
  findScreeningRule,
  type StoredScreeningRule,
} from '#db/screening/screening-rules.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { conflict } from '../../http/problem.ts'
import { auditScreening } from './audit.ts'
import { kindsOf, readFromAmount, types } from './policy.ts'
import {
  checkRuleFields,
  countries,
  fromCount,
  ruleBody,
  ruleSchema,
  ruleType,
  verdict,
  windowHours,
} from './rule.ts'

const body = z.strictObject({
  name: text().meta({ examples: ['Ten withdrawals a day'] }),
  type: ruleType,
  types,
  verdict,
  issuerId: text(64).optional(),
  fromAmount: amountText.optional(),
  fromCount: fromCount.optional(),
  windowHours: windowHours.optional(),
  countries: countries.optional(),
  active: z.boolean().default(true),
})

export const createAmlRule = endpoint({
  method: 'post',
  path: '/aml/rules',
  family: 'AML',
  summary: 'Create a rule about amounts, velocity or countries',
  description:
    'For operations that a policy has checked by the provider `rules`. In a window the operation itself counts.',
  access: 'AML_MANAGER',
  body,
  answers: { 201: { description: 'Created', body: ruleSchema } },
  async handle(asked, { db, newId }) {
    checkRuleFields(asked.body.type, asked.body, { isWhole: true })
    const id = newId('scr')
    const rule = await inProject(db, asked.caller.projectId, (trx) =>
      create(trx, asked.caller, { id, body: asked.body }),
    )
    return { status: 201, body: ruleBody(rule) }
  },
})

async function create(
  trx: Knex,
  caller: Caller,
  asked: { id: string; body: z.infer<typeof body> },
): Promise<StoredScreeningRule> {
  const { issuerId = null, fromAmount = null, ...wanted } = asked.body
  const added = await addScreeningRule(trx, {
    id: asked.id,
    project_id: caller.projectId,
    name: wanted.name,
    type: wanted.type,
    kinds: kindsOf(wanted.types),
    verdict: wanted.verdict,
    issuer_id: issuerId,
    from_amount: await readFromAmount(trx, { issuerId, fromAmount }),
    from_count: wanted.fromCount ?? null,
    window_hours: wanted.windowHours ?? null,
    countries: wanted.countries ?? null,
    active: wanted.active,
  })
  if (!added) throw conflict('aml_rule_exists', 'name', 'is taken by another rule of this project')
  const rule = await findScreeningRule(trx, asked.id)
  if (!rule) throw new Error(`Rule ${asked.id} was added and is not there.`)
  await auditScreening(trx, caller, {
    action: 'aml.rule.create',
    subjectType: 'screening_rule',
    subjectId: asked.id,
    after: ruleBody(rule),
  })
  return rule
}
