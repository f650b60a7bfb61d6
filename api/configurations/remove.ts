import { lockConfigurationItem, removeConfigurationItem } from '#db/configurations.ts'
import { inProject } from '#db/connection.ts'
import { endpoint, type Endpoint } from '../endpoint.ts'
import { notFound } from '../problem.ts'
import { auditItem } from './audit.ts'
import { itemId, type SectionApi } from './section.ts'

export function removeItem({ section, path, one }: SectionApi): Endpoint {
  return endpoint({
    method: 'delete',
    path: `${path}/:id`,
    family: 'Configurations',
    summary: `Remove a ${one}`,
    access: 'CONFIGURATION_MANAGER',
    params: itemId,
    answers: { 204: { description: 'Removed' } },
    async handle({ params, caller }, { db }) {
      await inProject(db, caller.projectId, async (trx) => {
        const before = await lockConfigurationItem(trx, { section, id: params.id })
        if (!before) throw notFound('id', one)
        await removeConfigurationItem(trx, before.id)
        await auditItem(trx, caller, { verb: 'remove', before })
      })
      return { status: 204 }
    },
  })
}
