import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { lockBankAccount, removeBankAccount } from '#db/accounts/bank-accounts.ts'
import { inProject } from '#db/connection.ts'
import { endpoint, type Caller, type Endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { bankAccountBody, bankAccountParams } from './bank-account.ts'
import { lockOwnBankAccount } from './lock-own.ts'

type Way = { readonly path: string; readonly summary: string; readonly isOwn: boolean }

function removing({ path, summary, isOwn }: Way): Endpoint {
  return endpoint({
    method: 'delete',
    path,
    family: 'Bank accounts',
    summary,
    description:
      'Withdrawals that were asked for keep the details they were asked with; those that wait for a decision are no longer paid out to it.',
    access: isOwn ? 'BANK_ACCOUNT_OWNER' : 'BANK_ACCOUNT_MANAGER',
    params: bankAccountParams,
    answers: { 204: { description: 'Gone' } },
    async handle({ params, caller }, { db }) {
      await inProject(db, caller.projectId, (trx) => remove(trx, caller, { id: params.id, isOwn }))
      return { status: 204 }
    },
  })
}

export const removeMyBankAccount = removing({
  path: '/my/bank-accounts/:id',
  summary: 'Unlink your bank account',
  isOwn: true,
})

export const removeClientBankAccount = removing({
  path: '/bank-accounts/:id',
  summary: "Unlink a client's bank account, or a pool account",
  isOwn: false,
})

async function remove(trx: Knex, caller: Caller, { id, isOwn }: { id: string; isOwn: boolean }) {
  const before = isOwn ? await lockOwnBankAccount(trx, caller, id) : await lockBankAccount(trx, id)
  if (!before) throw notFound('id', 'bank account')
  await removeBankAccount(trx, id)
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'bank_account.remove',
      subjectType: 'bank_account',
      subjectId: id,
      before: bankAccountBody(before),
    },
  ])
}
