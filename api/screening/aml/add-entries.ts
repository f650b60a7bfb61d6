import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import {
  addScreeningEntries,
  lockScreeningList,
  type ScreeningEntryRow,
} from '#db/screening/screening-lists.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { auditScreening } from './audit.ts'
import { entryBody, entryFields, entrySchema } from './list.ts'

const ENTRIES_MAX = 1000

export const addAmlEntries = endpoint({
  method: 'post',
  path: '/aml/lists/:id/entries',
  family: 'AML',
  summary: 'Add names to a list',
  description: 'All of them or none. The next check looks for them.',
  access: 'AML_MANAGER',
  params: z.strictObject({ id: text(64).meta({ description: 'Id of the list' }) }),
  body: z.strictObject({ entries: z.array(entryFields).min(1).max(ENTRIES_MAX) }),
  answers: {
    201: {
      description: 'Added',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(entrySchema) }),
    },
  },
  async handle({ params, body, caller }, { db, newId }) {
    const rows = body.entries.map((entry): ScreeningEntryRow => ({
      id: newId('sce'),
      project_id: caller.projectId,
      list_id: params.id,
      name: entry.name,
      aliases: entry.aliases,
      kind: entry.kind,
      country: entry.country ?? null,
    }))
    await inProject(db, caller.projectId, async (trx) => {
      if (!(await lockScreeningList(trx, params.id))) throw notFound('id', 'list')
      await addScreeningEntries(trx, rows)
      await auditScreening(trx, caller, {
        action: 'aml.list.entries.add',
        subjectType: 'screening_list',
        subjectId: params.id,
        after: { entries: rows.map(({ id }) => id) },
      })
    })
    return { status: 201, body: { status: 'ok', records: rows.map(entryBody) } }
  },
})
