import { listAssets } from '#db/accounts/assets.ts'
import { inSnapshot } from '#db/connection.ts'
import { accountParams, findVisibleAccount, ownScope } from '../accounts/account.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { flag, pageAnswer, pageQuery, pageReply } from '../../http/page.ts'
import { COUNT_MAX } from '../../http/view.ts'
import { assetBody, assetSchema } from './asset.ts'

const filters = {
  search: text().optional().meta({ description: 'A serial, a uid or an external id, whole' }),
  currency: text(12)
    .optional()
    .meta({ examples: ['EUR'] }),
  platform: text(64).optional().meta({ description: 'Id of the platform' }),
}
const active = flag.optional()
const owner = text(254)
  .optional()
  .meta({ description: 'E-mail address or other login of a member of the owner, or the id of the owner' })

export const assetFilters = {
  ...filters,
  owner,
  account: text(64).optional().meta({ description: 'Its id' }),
}

const answers = { 200: { description: 'One page', body: pageAnswer(assetSchema) } }

export const getAssets = endpoint({
  method: 'get',
  path: '/assets',
  family: 'Assets',
  summary: 'List assets',
  description: 'Newest first. Clients see their own: the same as their coins.',
  access: ['ACCOUNT_VIEWER', 'COIN_OWNER'],
  query: pageQuery({ ...assetFilters, active }),
  answers,
  async handle({ query: { limit, offset, ...filter }, caller }, { db }) {
    const asked = { ...filter, organizationId: ownScope(caller) }
    const { total, rows } = await inSnapshot(db, caller.projectId, (trx) =>
      listAssets(trx, asked, { limit, offset, countMax: COUNT_MAX }),
    )
    return pageReply({ limit, offset }, { total, data: rows.map(assetBody), one: 'asset' })
  },
})

export const getAccountAssets = endpoint({
  method: 'get',
  path: '/accounts/:id/assets',
  family: 'Assets',
  summary: 'List the assets in an account',
  description: 'Newest first. Clients see those in their own accounts.',
  access: ['ACCOUNT_VIEWER', 'COIN_OWNER'],
  params: accountParams,
  query: pageQuery({ ...filters, active }),
  answers,
  async handle({ params, query: { limit, offset, ...filter }, caller }, { db }) {
    const { total, rows } = await inSnapshot(db, caller.projectId, async (trx) => {
      const account = await findVisibleAccount(trx, caller, params.id)
      return listAssets(trx, { ...filter, account: account.id }, { limit, offset, countMax: COUNT_MAX })
    })
    return pageReply({ limit, offset }, { total, data: rows.map(assetBody), one: 'asset' })
  },
})
