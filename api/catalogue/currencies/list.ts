import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listCurrencies } from '#db/catalogue/currencies.ts'
import { endpoint } from '../../http/endpoint.ts'
import { currencyBody, currencySchema } from './currency.ts'

export const getCurrencies = endpoint({
  method: 'get',
  path: '/currencies',
  family: 'Currencies',
  summary: 'List the currencies of the project',
  access: 'CURRENCY_VIEWER',
  answers: {
    200: {
      description: 'All of them',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(currencySchema) }),
    },
  },
  async handle({ caller }, { db }) {
    const rows = await inProject(db, caller.projectId, listCurrencies)
    return { status: 200, body: { status: 'ok', records: rows.map(currencyBody) } }
  },
})
