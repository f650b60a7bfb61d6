import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { clearDefault, findBankAccount, hasTwin, type BankAccount } from '#db/accounts/bank-accounts.ts'
import { findBank } from '#db/catalogue/banks.ts'
import type { Caller } from '../../http/endpoint.ts'
import { badParameter, conflict } from '../../http/problem.ts'
import { bankAccountBody } from './bank-account.ts'

export type Details = {
  readonly id: string
  readonly coin_id: string
  readonly bank_id: string
  readonly iban: string | null
  readonly account_number: string | null
}

/** What has to hold of a bank account before it is written. The coin's bank accounts are locked. */
export async function checkDetails(trx: Knex, details: Details): Promise<void> {
  if (details.iban === null && details.account_number === null)
    throw badParameter('iban', 'one of iban and bankAccountNumber is needed')
  if (!(await findBank(trx, details.bank_id)))
    throw badParameter('bankId', 'is not the id of a bank in the catalogue')
  if (await hasTwin(trx, details)) {
    const parameter = details.iban === null ? 'bankAccountNumber' : 'iban'
    throw conflict('bank_account_exists', parameter, 'is linked to this coin already')
  }
}

type Saving = {
  readonly id: string
  readonly coinId: string
  readonly isDefault: boolean
  readonly action: string
  readonly before?: BankAccount
  write(): Promise<void>
}

/** Writes it; where it becomes the coin's default, the one before is default no more. Each change has its audit row. */
export async function saveBankAccount(trx: Knex, caller: Caller, saving: Saving): Promise<BankAccount> {
  const { id, coinId, before, action } = saving
  const cleared = saving.isDefault ? await clearDefault(trx, coinId) : []
  await saving.write()
  const after = await findBankAccount(trx, id)
  if (!after) throw new Error(`Bank account ${id} was written and is not there.`)
  const entry = { actor: caller.personId, source: 'api', subjectType: 'bank_account' } as const
  await appendAudit(trx, caller.projectId, [
    ...cleared
      .filter((other) => other !== id)
      .map((other) => ({
        ...entry,
        action: 'bank_account.no_longer_default',
        subjectId: other,
        before: { default: true },
        after: { default: false },
      })),
    {
      ...entry,
      action,
      subjectId: id,
      before: before ? bankAccountBody(before) : null,
      after: bankAccountBody(after),
    },
  ])
  return after
}
