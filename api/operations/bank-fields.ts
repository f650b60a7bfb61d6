import type { Knex } from 'knex'
import { findBank, type BankRow } from '#db/catalogue/banks.ts'
import { bankAccountNumber, iban } from '../catalogue/banks/iban.ts'
import { text } from '../http/fields.ts'
import { badParameter } from '../http/problem.ts'

export const bankFields = {
  fullName: text(140),
  bankId: text(64),
  iban: iban.optional(),
  bankAccountNumber: bankAccountNumber.optional(),
  description: text(500).optional(),
}

export async function readBank(trx: Knex, bankId: string): Promise<BankRow> {
  return demandBank(await findBank(trx, bankId))
}

export function demandBank<Bank>(bank: Bank | undefined): Bank {
  if (!bank) throw badParameter('bankId', 'is not the id of a bank in the catalogue')
  return bank
}
