import { changeConfigurationItem, lockConfigurationItem } from '#db/catalogue/configurations.ts'
import { inProject } from '#db/connection.ts'
import { endpoint, type Endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { auditItem } from './audit.ts'
import { itemBody, itemId, type SectionApi } from './section.ts'

export function changeItem(api: SectionApi): Endpoint {
  const { section, path, one, changes, item } = api
  return endpoint({
    method: 'patch',
    path: `${path}/:id`,
    family: 'Configurations',
    summary: `Change a ${one}`,
    description: 'Its label stays as it is: others name it by that.',
    access: 'CONFIGURATION_MANAGER',
    params: itemId,
    body: patchBody({ name: text().optional(), ...changes }),
    answers: { 200: { description: 'As it is now', body: item } },
    async handle({ params, body, caller }, { db }) {
      const { name, ...rest } = body
      const changed = await inProject(db, caller.projectId, async (trx) => {
        const before = await lockConfigurationItem(trx, { section, id: params.id })
        if (!before) throw notFound('id', one)
        const after = await changeConfigurationItem(trx, before.id, {
          ...(name === undefined ? {} : { name }),
          details: { ...before.details, ...rest },
        })
        await auditItem(trx, caller, { verb: 'change', before, after })
        return after
      })
      return { status: 200, body: itemBody(changed) }
    },
  })
}
