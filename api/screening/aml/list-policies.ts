import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listScreeningPolicies } from '#db/screening/screening-policies.ts'
import { endpoint } from '../../http/endpoint.ts'
import { policyBody, policySchema } from './policy.ts'

export const getAmlPolicies = endpoint({
  method: 'get',
  path: '/aml/policies',
  family: 'AML',
  summary: 'List which operations are checked',
  access: 'AML_VIEWER',
  answers: {
    200: {
      description: 'All of them, oldest first',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(policySchema) }),
    },
  },
  async handle({ caller }, { db }) {
    const rows = await inProject(db, caller.projectId, listScreeningPolicies)
    return { status: 200, body: { status: 'ok', records: rows.map(policyBody) } }
  },
})
