import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listScreeningLists } from '#db/screening/screening-lists.ts'
import { endpoint } from '../../http/endpoint.ts'
import { listBody, listSchema } from './list.ts'

export const getAmlLists = endpoint({
  method: 'get',
  path: '/aml/lists',
  family: 'AML',
  summary: 'List the lists of names',
  access: 'AML_VIEWER',
  answers: {
    200: {
      description: 'All of them, oldest first, without their names',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(listSchema) }),
    },
  },
  async handle({ caller }, { db }) {
    const rows = await inProject(db, caller.projectId, listScreeningLists)
    return { status: 200, body: { status: 'ok', records: rows.map(listBody) } }
  },
})
