import type { Knex } from 'knex'
import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import {
  addScreeningPolicy,
  findScreeningPolicy,
  type StoredScreeningPolicy,
} from '#db/screening/screening-policies.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { conflict } from '../../http/problem.ts'
import { auditScreening } from './audit.ts'
import {
  kindsOf,
  maxAgeSeconds,
  patienceSeconds,
  policyBody,
  policySchema,
  provider,
  readFromAmount,
  types,
} from './policy.ts'

const body = z.strictObject({
  name: text().meta({ examples: ['Everything that leaves'] }),
  types,
  issuerId: text(64).optional().meta({ description: 'Only operations in this issuer' }),
  fromAmount: amountText.optional(),
  provider,
  maxAgeSeconds: maxAgeSeconds.default(86_400),
  patienceSeconds: patienceSeconds.default(120),
  active: z.boolean().default(true),
})

export const createAmlPolicy = endpoint({
  method: 'post',
  path: '/aml/policies',
  family: 'AML',
  summary: 'Have operations checked',
  description:
    'Counts for operations asked for from now on. Of several policies that name an operation the narrowest counts: one for its issuer before one for all, then the highest amount that it reaches.',
  access: 'AML_MANAGER',
  body,
  answers: { 201: { description: 'Created', body: policySchema } },
  async handle(asked, { db, newId }) {
    const id = newId('scp')
    const policy = await inProject(db, asked.caller.projectId, (trx) =>
      create(trx, asked.caller, { id, body: asked.body }),
    )
    return { status: 201, body: policyBody(policy) }
  },
})

async function create(
  trx: Knex,
  caller: Caller,
  asked: { id: string; body: z.infer<typeof body> },
): Promise<StoredScreeningPolicy> {
  const { issuerId = null, fromAmount = null, ...wanted } = asked.body
  const added = await addScreeningPolicy(trx, {
    id: asked.id,
    project_id: caller.projectId,
    name: wanted.name,
    kinds: kindsOf(wanted.types),
    issuer_id: issuerId,
    from_amount: await readFromAmount(trx, { issuerId, fromAmount }),
    provider: wanted.provider,
    max_age_ms: String(wanted.maxAgeSeconds * 1000),
    patience_ms: String(wanted.patienceSeconds * 1000),
    active: wanted.active,
  })
  if (!added) throw conflict('aml_policy_exists', 'name', 'is taken by another policy of this project')
  const policy = await findScreeningPolicy(trx, asked.id)
  if (!policy) throw new Error(`Policy ${asked.id} was added and is not there.`)
  await auditScreening(trx, caller, {
    action: 'aml.policy.create',
    subjectType: 'screening_policy',
    subjectId: asked.id,
    after: policyBody(policy),
  })
  return policy
}
