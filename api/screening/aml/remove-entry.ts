import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { lockScreeningList, removeScreeningEntry } from '#db/screening/screening-lists.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { auditScreening } from './audit.ts'

export const removeAmlEntry = endpoint({
  method: 'delete',
  path: '/aml/lists/:id/entries/:entryId',
  family: 'AML',
  summary: 'Take a name off a list',
  access: 'AML_MANAGER',
  params: z.strictObject({
    id: text(64).meta({ description: 'Id of the list' }),
    entryId: text(64).meta({ description: 'Id of the entry' }),
  }),
  answers: { 204: { description: 'Taken off' } },
  async handle({ params, caller }, { db }) {
    await inProject(db, caller.projectId, async (trx) => {
      if (!(await lockScreeningList(trx, params.id))) throw notFound('id', 'list')
      const removed = await removeScreeningEntry(trx, { listId: params.id, id: params.entryId })
      if (!removed) throw notFound('entryId', 'entry of this list')
      await auditScreening(trx, caller, {
        action: 'aml.list.entries.remove',
        subjectType: 'screening_list',
        subjectId: params.id,
        before: { entries: [params.entryId] },
      })
    })
    return { status: 204 }
  },
})
