import { listClients } from '#db/accounts/clients.ts'
import { inSnapshot } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { flag, pageAnswer, pageQuery, pageReply } from '../../http/page.ts'
import { COUNT_MAX } from '../../http/view.ts'
import { clientBody, clientSchema, clientType } from './client.ts'

export const getClients = endpoint({
  method: 'get',
  path: '/clients',
  family: 'Clients',
  summary: 'List clients',
  description: 'Newest first.',
  access: 'CLIENT_VIEWER',
  query: pageQuery({
    search: text().optional().meta({ description: 'Part of a name, an e-mail address or a phone number' }),
    active: flag.optional(),
    frozen: flag.optional(),
    type: clientType.optional(),
  }),
  answers: { 200: { description: 'One page', body: pageAnswer(clientSchema) } },
  async handle({ query: { limit, offset, ...filter }, caller }, { db }) {
    const { total, rows } = await inSnapshot(db, caller.projectId, (trx) =>
      listClients(trx, filter, { limit, offset, countMax: COUNT_MAX }),
    )
    return pageReply({ limit, offset }, { total, data: rows.map(clientBody), one: 'client' })
  },
})
