import { z } from 'zod'
import { BANK_ACCOUNT_STATUSES, type BankAccount } from '#db/accounts/bank-accounts.ts'
import { bankBody, bankSchema } from '../../catalogue/banks/bank.ts'
import { text } from '../../http/fields.ts'

export const bankAccountParams = z.strictObject({
  id: text(64).meta({ description: 'Id of the bank account', examples: ['bac_01h2xcejqtf2nbrexx3vqjhp41'] }),
})

const statusSchema = z
  .enum(BANK_ACCOUNT_STATUSES)
  .meta({ description: 'What anybody has typed is PENDING until another person, of staff, approves it' })

const poolSchema = z
  .boolean()
  .meta({ description: "The company's own account, to pay in to; never paid out to" })

export const bankAccountSchema = z
  .strictObject({
    id: z.string(),
    userId: z.string(),
    coinSerial: z.string(),
    default: z.boolean(),
    pool: poolSchema,
    status: statusSchema,
    reason: z.string().nullable().meta({ description: 'Why it was rejected' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    details: z.strictObject({
      fullName: z.string(),
      iban: z.string().nullable(),
      bankAccountNumber: z.string().nullable(),
      bankInfo: bankSchema,
    }),
  })
  .meta({ id: 'BankAccount' })

export function bankAccountBody(row: BankAccount): z.infer<typeof bankAccountSchema> {
  return {
    id: row.id,
    userId: row.person_id,
    coinSerial: row.coin_serial,
    default: row.is_default,
    pool: row.pool,
    status: row.status,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    details: {
      fullName: row.full_name,
      iban: row.iban,
      bankAccountNumber: row.account_number,
      bankInfo: bankBody(row.bank),
    },
  }
}

/** What adding and changing answer: the money API's flat shape. */
export const bankAccountAnswer = z
  .strictObject({
    status: z.literal('ok'),
    message: z.string(),
    bankAccountId: z.string(),
    bankAccountStatus: statusSchema,
    bankAccountNumber: z.string().nullable(),
    iban: z.string().nullable(),
    fullName: z.string(),
    isDefault: z.boolean(),
    pool: poolSchema,
    bankInfo: bankSchema,
  })
  .meta({ id: 'BankAccountAnswer' })

export function bankAccountReply(row: BankAccount): z.infer<typeof bankAccountAnswer> {
  return {
    status: 'ok',
    message: `It can be paid ${row.pool ? 'in' : 'out'} to${row.status === 'APPROVED' ? '' : ' once staff approve it'}.`,
    bankAccountId: row.id,
    bankAccountStatus: row.status,
    bankAccountNumber: row.account_number,
    iban: row.iban,
    fullName: row.full_name,
    isDefault: row.is_default,
    pool: row.pool,
    bankInfo: bankBody(row.bank),
  }
}
