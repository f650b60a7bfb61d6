import { z } from 'zod'
import { listBankAccountsOf } from '#db/accounts/bank-accounts.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { bankAccountBody, bankAccountSchema } from './bank-account.ts'

export const getMyBankAccounts = endpoint({
  method: 'get',
  path: '/my/bank-accounts',
  family: 'Bank accounts',
  summary: 'List your bank accounts, and those of the company that you can pay in to',
  access: 'BANK_ACCOUNT_OWNER',
  answers: {
    200: {
      description: 'All of them',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(bankAccountSchema) }),
    },
  },
  async handle({ caller }, { db }) {
    const rows = await inProject(db, caller.projectId, (trx) =>
      listBankAccountsOf(trx, caller.organizationId),
    )
    return { status: 200, body: { status: 'ok', records: rows.map(bankAccountBody) } }
  },
})
