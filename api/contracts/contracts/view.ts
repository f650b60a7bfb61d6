import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { CONTRACT_TYPES, listContracts } from '#db/contracts/contracts.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { instant } from '../../http/instant.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { contractBody, contractId, contractSchema, personTypeField } from './contract.ts'

const filter = z
  .strictObject({
    id: contractId,
    types: z.array(z.enum(CONTRACT_TYPES)),
    global: z.boolean(),
    personTypes: z.array(personTypeField),
    dateFrom: instant.meta({ description: 'Created then or later' }),
    dateTo: instant.meta({ description: 'Created then or earlier' }),
    description: text().meta({ description: 'Anywhere in the description, in any case' }),
  })
  .partial()

export const viewContracts = endpoint({
  method: 'post',
  path: '/contracts/view',
  family: 'Contracts',
  summary: 'Find contracts',
  access: 'CONTRACT_VIEWER',
  body: viewBody(filter, ['createdAt', 'name']),
  answers: {
    200: { description: 'One page, by default the newest first', body: viewAnswer(contractSchema) },
  },
  async handle({ body, caller }, { db }) {
    const byName = body.sort?.['name']
    const found = await inProject(db, caller.projectId, (trx) =>
      listContracts(trx, body.filter ?? {}, {
        pageNumber: body.pageNumber,
        pageSize: body.pageSize,
        countMax: COUNT_MAX,
        by: byName ? 'name' : 'created_at',
        order: byName ?? body.sort?.['createdAt'] ?? 'desc',
      }),
    )
    return viewReply(body, found.total, found.rows.map(contractBody))
  },
})
