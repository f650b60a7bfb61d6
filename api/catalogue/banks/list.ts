import { z } from 'zod'
import { listBanks } from '#db/catalogue/banks.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { bankBody, bankSchema } from './bank.ts'

export const getBanks = endpoint({
  method: 'get',
  path: '/bank-catalog',
  family: 'Banks',
  summary: 'List the banks of the project',
  access: 'BANK_CATALOG_VIEWER',
  answers: {
    200: {
      description: 'All of them, by name',
      body: z.strictObject({ status: z.literal('ok'), message: z.string(), records: z.array(bankSchema) }),
    },
  },
  async handle({ caller }, { db }) {
    const rows = await inProject(db, caller.projectId, listBanks)
    const message = `${rows.length} bank(s)`
    return { status: 200, body: { status: 'ok', message, records: rows.map(bankBody) } }
  },
})
