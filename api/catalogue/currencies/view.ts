import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findCurrencies } from '#db/catalogue/currencies.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { currencyBody, currencySchema } from './currency.ts'

const NAMES_MAX = 100

const filter = z.strictObject({
  names: z.array(text()).max(NAMES_MAX).optional(),
  codes: z.array(text(12)).max(NAMES_MAX).optional(),
  activationStatus: z.enum(['ALL', 'ACTIVE', 'INACTIVE']).optional(),
  text: text().optional().meta({ description: 'Anywhere in code, name or description, in any case' }),
})

export const viewCurrencies = endpoint({
  method: 'post',
  path: '/currencies/view',
  family: 'Currencies',
  summary: 'Find currencies',
  access: 'CURRENCY_VIEWER',
  body: viewBody(filter, ['code', 'name']),
  answers: { 200: { description: 'One page of them', body: viewAnswer(currencySchema) } },
  async handle({ body, caller }, { db }) {
    const { activationStatus = 'ALL', ...asked } = body.filter ?? {}
    const found = await inProject(db, caller.projectId, (trx) =>
      findCurrencies(
        trx,
        { ...asked, active: activationStatus === 'ALL' ? undefined : activationStatus === 'ACTIVE' },
        {
          pageNumber: body.pageNumber,
          pageSize: body.pageSize,
          countMax: COUNT_MAX,
          by: body.sort?.['name'] ? 'name' : 'code',
          order: body.sort?.['name'] ?? body.sort?.['code'] ?? 'asc',
        },
      ),
    )
    return viewReply(body, found.total, found.rows.map(currencyBody))
  },
})
