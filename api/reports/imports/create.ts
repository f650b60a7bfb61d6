import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { addImport } from '#db/reports/imports.ts'
import { IMPORT_FORMATS, IMPORT_KINDS, IMPORT_MODES } from '#domain/reports/import-row.ts'
import { endpoint } from '../../http/endpoint.ts'
import { importBody, importSchema } from './import.ts'

export const createImport = endpoint({
  method: 'post',
  path: '/imports',
  family: 'Imports',
  summary: 'Begin an import of many accounts or assets',
  description:
    'Its file comes next: `PUT /imports/{id}/file`. One for which no file comes within a day is cancelled.',
  access: 'ACCOUNT_MANAGER',
  body: z.strictObject({
    kind: z.enum(IMPORT_KINDS),
    format: z.enum(IMPORT_FORMATS),
    mode: z.enum(IMPORT_MODES).meta({
      description:
        'All or nothing: where one row is bad nothing is made, and what is made is there at once. Good rows only: those are made page by page, and the others are told',
    }),
  }),
  answers: { 201: { description: 'It waits for its file', body: importSchema } },
  async handle({ body, caller }, { db, newId }) {
    const { projectId, personId } = caller
    const id = newId('imp')
    const added = await inProject(db, projectId, async (trx) => {
      const row = await addImport(trx, { id, project_id: projectId, asked_by: personId, ...body })
      const about = { actor: personId, source: 'api', subjectType: 'import', subjectId: id } as const
      await appendAudit(trx, projectId, [{ ...about, action: 'import.create', after: body }])
      return row
    })
    return {
      status: 201,
      headers: { Location: `/api/v1/imports/${id}` },
      body: importBody(added),
    }
  },
})
