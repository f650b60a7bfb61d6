import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { demandImport, importBody, importParams, importSchema } from './import.ts'

export const getImport = endpoint({
  method: 'get',
  path: '/imports/:id',
  family: 'Imports',
  summary: 'How far an import is',
  description: 'All or nothing is applied at once, so its counts of what was made move at the end.',
  access: 'ACCOUNT_MANAGER',
  params: importParams,
  answers: { 200: { description: 'The import', body: importSchema } },
  async handle({ params, caller }, { db }) {
    const found = await inProject(db, caller.projectId, (trx) => demandImport(trx, params.id))
    return { status: 200, body: importBody(found) }
  },
})
