import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findScreeningList, viewScreeningEntries } from '#db/screening/screening-lists.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { entryBody, entrySchema } from './list.ts'

const filter = z.strictObject({
  ids: z.array(text(64)).max(100).optional(),
  text: text().optional().meta({ description: 'Part of a name or an alias' }),
})

export const viewAmlEntries = endpoint({
  method: 'post',
  path: '/aml/lists/:id/entries/view',
  family: 'AML',
  summary: 'Look at the names of a list',
  access: 'AML_VIEWER',
  params: z.strictObject({ id: text(64).meta({ description: 'Id of the list' }) }),
  body: viewBody(filter, ['name']),
  answers: { 200: { description: 'One page of them', body: viewAnswer(entrySchema) } },
  async handle({ params, body, caller }, { db }) {
    const { pageNumber, pageSize } = body
    const found = await inProject(db, caller.projectId, async (trx) => {
      if (!(await findScreeningList(trx, params.id))) throw notFound('id', 'list')
      return viewScreeningEntries(trx, {
        listId: params.id,
        ...body.filter,
        direction: body.sort?.['name'] ?? 'asc',
        page: { pageNumber, pageSize, countMax: COUNT_MAX },
      })
    })
    return viewReply(body, found.total, found.rows.map(entryBody))
  },
})
