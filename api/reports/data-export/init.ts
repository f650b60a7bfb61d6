import { z } from 'zod'
import { ownScope } from '../../accounts/accounts/account.ts'
import { accountFilters } from '../../accounts/accounts/list.ts'
import { assetFilters } from '../../accounts/assets/list.ts'
import { endpoint } from '../../http/endpoint.ts'
import { historyViewBody } from '../../operations/filter.ts'
import { seesAll } from '../../operations/read-process.ts'
import { startAnswers, startExport } from './start.ts'

export const initDataExport = endpoint({
  method: 'post',
  path: '/data-export/init',
  family: 'Data export',
  summary: 'Have a file made of the operations that a filter lets through',
  description:
    'The filter of `/transactions/view`: clients get their own operations, staff all. Newest first, up to a million, those that there are now. Each is shown as it is when its page is written.',
  access: 'TRANSACTION_VIEWER',
  body: z.strictObject({ filter: historyViewBody.shape.filter }),
  answers: startAnswers,
  handle: ({ body: { filter = {} }, caller }, deps) =>
    startExport(deps, caller, {
      subject: 'operations',
      organizationId: seesAll(caller) ? null : caller.organizationId,
      filter,
    }),
})

/** In a body switches are what they are. */
const active = z.boolean().optional()

export const initAccountExport = endpoint({
  method: 'post',
  path: '/data-export/accounts',
  family: 'Data export',
  summary: 'Have a file made of the accounts that a filter lets through',
  description:
    'The filter of `GET /accounts`: clients get their own accounts, staff all. The file can be imported again.',
  access: ['ACCOUNT_VIEWER', 'COIN_OWNER'],
  body: z.strictObject({ filter: z.strictObject({ ...accountFilters, active }).optional() }),
  answers: startAnswers,
  handle: ({ body: { filter = {} }, caller }, deps) =>
    startExport(deps, caller, { subject: 'accounts', organizationId: ownScope(caller) ?? null, filter }),
})

export const initAssetExport = endpoint({
  method: 'post',
  path: '/data-export/assets',
  family: 'Data export',
  summary: 'Have a file made of the assets that a filter lets through',
  description:
    'The filter of `GET /assets`: clients get their own assets, staff all. The file can be imported again, without the amounts.',
  access: ['ACCOUNT_VIEWER', 'COIN_OWNER'],
  body: z.strictObject({ filter: z.strictObject({ ...assetFilters, active }).optional() }),
  answers: startAnswers,
  handle: ({ body: { filter = {} }, caller }, deps) =>
    startExport(deps, caller, { subject: 'assets', organizationId: ownScope(caller) ?? null, filter }),
})
