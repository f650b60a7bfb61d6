import { appendAudit } from '#db/audit.ts'
import { lockBankAccount, removeBankAccount } from '#db/bank-accounts.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../endpoint.ts'
import { notFound } from '../problem.ts'
import { bankAccountBody, bankAccountParams } from './bank-account.ts'

export const removeMyBankAccount = endpoint({
  method: 'delete',
  path: '/my/bank-accounts/:id',
  family: 'Bank accounts',
  summary: 'Unlink your bank account',
  description: 'Withdrawals that were asked for keep the details they were asked with.',
  access: 'BANK_ACCOUNT_OWNER',
  params: bankAccountParams,
  answers: { 204: { description: 'Gone' } },
  async handle({ params, caller }, { db }) {
    await inProject(db, caller.projectId, async (trx) => {
      const before = await lockBankAccount(trx, params.id)
      if (before?.organization_id !== caller.organizationId) throw notFound('id', 'bank account')
      await removeBankAccount(trx, before.id)
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'bank_account.remove',
          subjectType: 'bank_account',
          subjectId: before.id,
          before: bankAccountBody(before),
        },
      ])
    })
    return { status: 204 }
  },
})
