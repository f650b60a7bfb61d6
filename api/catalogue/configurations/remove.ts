import { countUsesOf, lockConfigurationItem, removeConfigurationItem } from '#db/catalogue/configurations.ts'
import { inProject } from '#db/connection.ts'
import { endpoint, type Endpoint } from '../../http/endpoint.ts'
import { conflict, notFound } from '../../http/problem.ts'
import { auditItem } from './audit.ts'
import { itemId, type SectionApi } from './section.ts'

export function removeItem({ section, path, one }: SectionApi): Endpoint {
  return endpoint({
    method: 'delete',
    path: `${path}/:id`,
    family: 'Configurations',
    summary: `Remove a ${one}`,
    description: 'Only while nothing names it.',
    access: 'CONFIGURATION_MANAGER',
    params: itemId,
    answers: { 204: { description: 'Removed' } },
    async handle({ params, caller }, { db }) {
      await inProject(db, caller.projectId, async (trx) => {
        const before = await lockConfigurationItem(trx, { section, id: params.id })
        if (!before) throw notFound('id', one)
        const uses = await countUsesOf(trx, before)
        if (uses > 0)
          throw conflict('in_use', 'id', `the ${one} ${before.label} is in use by ${uses}, so it stays`)
        await removeConfigurationItem(trx, before.id)
        await auditItem(trx, caller, { verb: 'remove', before })
      })
      return { status: 204 }
    },
  })
}
