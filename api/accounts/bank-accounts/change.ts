import type { Knex } from 'knex'
import { z } from 'zod'
import { changeBankAccount, type BankAccount } from '#db/accounts/bank-accounts.ts'
import { inProject } from '#db/connection.ts'
import { bankAccountNumber, iban } from '../../catalogue/banks/iban.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { bankAccountAnswer, bankAccountParams, bankAccountReply } from './bank-account.ts'
import { lockOwnBankAccount } from './lock-own.ts'
import { checkDetails, saveBankAccount } from './save.ts'

const body = patchBody({
  bankId: text(64).optional(),
  fullName: text(140).optional(),
  iban: iban.nullable().optional(),
  bankAccountNumber: bankAccountNumber.nullable().optional(),
  isDefault: z.boolean().optional(),
})

export const patchMyBankAccount = endpoint({
  method: 'patch',
  path: '/my/bank-accounts/:id/with-bank',
  family: 'Bank accounts',
  summary: 'Change your bank account',
  description:
    'With other details it is PENDING again, whoever had approved it. Making it the default needs no new approval.',
  access: 'BANK_ACCOUNT_OWNER',
  params: bankAccountParams,
  body,
  answers: { 200: { description: 'As it is now', body: bankAccountAnswer } },
  async handle({ params, body: changes, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const before = await lockOwnBankAccount(trx, caller, params.id)
      return change(trx, caller, { before, changes })
    })
    return { status: 200, body: bankAccountReply(changed) }
  },
})

type Asked = { readonly before: BankAccount; readonly changes: z.infer<typeof body> }

async function change(trx: Knex, caller: Caller, { before, changes }: Asked): Promise<BankAccount> {
  const { id, coin_id } = before
  const details = {
    bank_id: changes.bankId ?? before.bank_id,
    full_name: changes.fullName ?? before.full_name,
    iban: changes.iban === undefined ? before.iban : changes.iban,
    account_number:
      changes.bankAccountNumber === undefined ? before.account_number : changes.bankAccountNumber,
  }
  await checkDetails(trx, { id, coin_id, ...details })
  const isSame =
    details.bank_id === before.bank_id &&
    details.full_name === before.full_name &&
    details.iban === before.iban &&
    details.account_number === before.account_number
  // An approval is for the details that were seen.
  const unapproved = { status: 'PENDING', made_by: caller.personId, decided_by: null, reason: null } as const
  return saveBankAccount(trx, caller, {
    id,
    coinId: coin_id,
    before,
    isDefault: changes.isDefault ?? false,
    action: 'bank_account.change',
    write: () =>
      changeBankAccount(trx, id, {
        ...details,
        ...(isSame ? {} : unapproved),
        is_default: changes.isDefault ?? before.is_default,
      }),
  })
}
