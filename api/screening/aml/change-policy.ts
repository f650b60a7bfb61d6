import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import {
  changeScreeningPolicy,
  findScreeningPolicy,
  lockScreeningPolicy,
  type StoredScreeningPolicy,
} from '#db/screening/screening-policies.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { auditScreening } from './audit.ts'
import {
  amountBody,
  kindsOf,
  maxAgeSeconds,
  patienceSeconds,
  policyBody,
  policySchema,
  provider,
  readFromAmount,
  types,
} from './policy.ts'

const body = patchBody({
  types: types.optional(),
  issuerId: text(64).nullable().optional(),
  fromAmount: amountText.nullable().optional(),
  provider: provider.optional(),
  maxAgeSeconds: maxAgeSeconds.optional(),
  patienceSeconds: patienceSeconds.optional(),
  active: z.boolean().optional(),
})

export const patchAmlPolicy = endpoint({
  method: 'patch',
  path: '/aml/policies/:id',
  family: 'AML',
  summary: 'Change which operations are checked',
  description: 'Operations that were asked for before keep the policy as it was.',
  access: 'AML_MANAGER',
  params: z.strictObject({ id: text(64).meta({ description: 'Id of the policy' }) }),
  body,
  answers: { 200: { description: 'As it is now', body: policySchema } },
  async handle(asked, { db }) {
    const { caller, params } = asked
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const before = await lockScreeningPolicy(trx, params.id)
      if (!before) throw notFound('id', 'policy')
      const wanted = merge(before, asked.body)
      const from_amount = await readFromAmount(trx, wanted)
      await changeScreeningPolicy(trx, { ...wanted.row, id: before.id, from_amount })
      const after = (await findScreeningPolicy(trx, before.id)) ?? before
      await auditScreening(trx, caller, {
        action: 'aml.policy.change',
        subjectType: 'screening_policy',
        subjectId: before.id,
        before: policyBody(before),
        after: policyBody(after),
      })
      return after
    })
    return { status: 200, body: policyBody(changed) }
  },
})

/** The policy as it will be; its amount is read anew, for it is in the currency of the issuer that is named then. */
function merge(before: StoredScreeningPolicy, changes: z.infer<typeof body>) {
  const { issuerId = before.issuer_id, fromAmount = amountBody(before) } = changes
  const maxAge = changes.maxAgeSeconds
  const patience = changes.patienceSeconds
  return {
    issuerId,
    fromAmount,
    row: {
      kinds: changes.types ? kindsOf(changes.types) : before.kinds,
      issuer_id: issuerId,
      provider: changes.provider ?? before.provider,
      max_age_ms: maxAge === undefined ? before.max_age_ms : String(maxAge * 1000),
      patience_ms: patience === undefined ? before.patience_ms : String(patience * 1000),
      active: changes.active ?? before.active,
    },
  }
}
