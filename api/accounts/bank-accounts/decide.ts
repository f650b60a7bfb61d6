import type { Knex } from 'knex'
import { z } from 'zod'
import { changeBankAccount, lockBankAccount, type BankAccount } from '#db/accounts/bank-accounts.ts'
import { inProject } from '#db/connection.ts'
import { endpoint, type Caller, type Endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { conflict, forbidden, notFound } from '../../http/problem.ts'
import { bankAccountBody, bankAccountParams, bankAccountSchema } from './bank-account.ts'
import { saveBankAccount } from './save.ts'

const body = z.strictObject({
  reason: text().optional(),
  updatedAt: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'As it was when you looked; refused where the client has changed it since' }),
})

type Way = {
  readonly verb: 'approve' | 'reject'
  readonly status: 'APPROVED' | 'REJECTED'
  readonly summary: string
}

function deciding({ verb, status, summary }: Way): Endpoint {
  return endpoint({
    method: 'post',
    path: `/bank-accounts/:id/${verb}`,
    family: 'Bank accounts',
    summary,
    description: 'Only one that is PENDING, and never by the person who typed its details.',
    access: 'BANK_ACCOUNT_MANAGER',
    params: bankAccountParams,
    body,
    answers: { 200: { description: 'As it is now', body: bankAccountSchema } },
    async handle({ params, body: { reason, updatedAt }, caller }, { db }) {
      const decided = await inProject(db, caller.projectId, async (trx) => {
        const before = await lockBankAccount(trx, params.id)
        if (!before) throw notFound('id', 'bank account')
        if (updatedAt !== undefined && Date.parse(updatedAt) !== before.updated_at.getTime())
          throw conflict('bank_account_changed', 'updatedAt', 'It was changed since; look at it again.')
        return decide(trx, caller, { before, verb, status, reason: reason ?? null })
      })
      return { status: 200, body: bankAccountBody(decided) }
    },
  })
}

export const approveBankAccount = deciding({
  verb: 'approve',
  status: 'APPROVED',
  summary: 'Approve a bank account',
})

export const rejectBankAccount = deciding({
  verb: 'reject',
  status: 'REJECTED',
  summary: 'Reject a bank account',
})

type Decision = Pick<Way, 'verb' | 'status'> & {
  readonly before: BankAccount
  readonly reason: string | null
}

async function decide(
  trx: Knex,
  caller: Caller,
  { before, verb, status, reason }: Decision,
): Promise<BankAccount> {
  if (before.status !== 'PENDING')
    throw conflict('already_decided', 'id', `The bank account is ${before.status} already.`)
  if (before.made_by === caller.personId) throw forbidden('Nobody may decide on details that they typed.')
  return saveBankAccount(trx, caller, {
    id: before.id,
    coinId: before.coin_id,
    before,
    isDefault: false,
    action: `bank_account.${verb}`,
    write: () => changeBankAccount(trx, before.id, { status, reason, decided_by: caller.personId }),
  })
}
