import { listAccounts } from '#db/accounts/account-list.ts'
import { inSnapshot } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { instant } from '../../http/instant.ts'
import { flag, pageAnswer, pageQuery, pageReply } from '../../http/page.ts'
import { COUNT_MAX } from '../../http/view.ts'
import { accountBody, accountSchema, ownScope } from './account.ts'

export const accountFilters = {
  search: text().optional().meta({
    description: 'An id, a uid or an external id, whole; or at least the first eight characters of an id',
  }),
  createdFrom: instant.optional(),
  createdTo: instant.optional().meta({ description: 'Inclusive' }),
  type: text(64).optional(),
  owner: text(254)
    .optional()
    .meta({ description: 'E-mail address or other login of a member of the owner, or the id of the owner' }),
}

export const getAccounts = endpoint({
  method: 'get',
  path: '/accounts',
  family: 'Accounts',
  summary: 'List accounts',
  description: 'Newest first. Clients see their own.',
  access: ['ACCOUNT_VIEWER', 'COIN_OWNER'],
  query: pageQuery({ ...accountFilters, active: flag.optional() }),
  answers: { 200: { description: 'One page', body: pageAnswer(accountSchema) } },
  async handle({ query: { limit, offset, ...filter }, caller }, { db }) {
    const { total, rows } = await inSnapshot(db, caller.projectId, (trx) =>
      listAccounts(
        trx,
        { ...filter, organizationId: ownScope(caller) },
        { limit, offset, countMax: COUNT_MAX },
      ),
    )
    return pageReply({ limit, offset }, { total, data: rows.map(accountBody), one: 'account' })
  },
})
