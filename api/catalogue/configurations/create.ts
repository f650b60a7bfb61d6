import { z } from 'zod'
import { addConfigurationItem } from '#db/catalogue/configurations.ts'
import { inProject } from '#db/connection.ts'
import { endpoint, type Endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { conflict } from '../../http/problem.ts'
import { auditItem } from './audit.ts'
import { itemBody, label, type SectionApi } from './section.ts'

export function createItem(api: SectionApi): Endpoint {
  const { section, path, one, details, item } = api
  return endpoint({
    method: 'post',
    path,
    family: 'Configurations',
    summary: `Add a ${one}`,
    access: 'CONFIGURATION_MANAGER',
    body: z.strictObject({ label, name: text(), ...details }),
    answers: { 201: { description: 'Added', body: item } },
    async handle({ body, caller }, { db, newId }) {
      const { label: named, name, ...rest } = body
      const fresh = {
        id: newId('cfg'),
        project_id: caller.projectId,
        section,
        label: named,
        name,
        details: rest,
      }
      const added = await inProject(db, caller.projectId, async (trx) => {
        const row = await addConfigurationItem(trx, fresh)
        if (!row) throw conflict('label_taken', 'label', `is taken by another ${one} of this project`)
        await auditItem(trx, caller, { verb: 'create', after: row })
        return row
      })
      return { status: 201, body: itemBody(added) }
    },
  })
}
