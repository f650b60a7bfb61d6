import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listIssuers } from '#db/catalogue/issuers.ts'
import { endpoint } from '../../http/endpoint.ts'
import { issuerBody, issuerSchema } from './issuer.ts'

export const getIssuers = endpoint({
  method: 'get',
  path: '/issuers',
  family: 'Issuers',
  summary: 'List the issuers of the project',
  access: 'ISSUER_VIEWER',
  answers: {
    200: {
      description: 'All of them, by order number',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(issuerSchema) }),
    },
  },
  async handle({ caller }, { db }) {
    const rows = await inProject(db, caller.projectId, listIssuers)
    return { status: 200, body: { status: 'ok', records: rows.map(issuerBody) } }
  },
})
