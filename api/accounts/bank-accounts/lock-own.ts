import type { Knex } from 'knex'
import { lockBankAccount, type BankAccount } from '#db/accounts/bank-accounts.ts'
import type { Caller } from '../../http/endpoint.ts'
import { forbidden, notFound } from '../../http/problem.ts'

/** One that the caller, a client, may change. A pool account they may see at most, once it is approved. */
export async function lockOwnBankAccount(trx: Knex, caller: Caller, id: string): Promise<BankAccount> {
  const found = await lockBankAccount(trx, id)
  if (found?.organization_id !== caller.organizationId || (found.pool && found.status !== 'APPROVED'))
    throw notFound('id', 'bank account')
  if (found.pool) throw forbidden('A pool account is the company’s: only staff unlink it.')
  return found
}
