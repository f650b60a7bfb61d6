import { z } from 'zod'
import { listConfigurationItems } from '#db/catalogue/configurations.ts'
import { inProject } from '#db/connection.ts'
import { endpoint, type Endpoint } from '../../http/endpoint.ts'
import { itemBody, type SectionApi } from './section.ts'

export function getItems(api: SectionApi): Endpoint {
  const { section, path, one, item } = api
  return endpoint({
    method: 'get',
    path,
    family: 'Configurations',
    summary: `List the ${one}s of the project`,
    access: 'CONFIGURATION_VIEWER',
    answers: {
      200: {
        description: 'All of them, by label; an empty list says so',
        body: z.strictObject({
          status: z.literal('ok'),
          message: z.string(),
          records: z.array(item),
        }),
      },
    },
    async handle({ caller }, { db }) {
      const rows = await inProject(db, caller.projectId, (trx) => listConfigurationItems(trx, section))
      const message = rows.length === 0 ? 'No data to display' : `${rows.length} ${one}(s)`
      return { status: 200, body: { status: 'ok', message, records: rows.map(itemBody) } }
    },
  })
}
