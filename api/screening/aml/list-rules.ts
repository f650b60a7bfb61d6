import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listScreeningRules } from '#db/screening/screening-rules.ts'
import { endpoint } from '../../http/endpoint.ts'
import { ruleBody, ruleSchema } from './rule.ts'

export const getAmlRules = endpoint({
  method: 'get',
  path: '/aml/rules',
  family: 'AML',
  summary: 'List the rules about amounts, velocity and countries',
  access: 'AML_VIEWER',
  answers: {
    200: {
      description: 'All of them, oldest first',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(ruleSchema) }),
    },
  },
  async handle({ caller }, { db }) {
    const rows = await inProject(db, caller.projectId, listScreeningRules)
    return { status: 200, body: { status: 'ok', records: rows.map(ruleBody) } }
  },
})
