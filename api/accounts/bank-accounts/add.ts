import type { Knex } from 'knex'
import { z } from 'zod'
import {
  addBankAccount,
  firstPersonOf,
  lockBankAccountsOf,
  type BankAccount,
} from '#db/accounts/bank-accounts.ts'
import { findCoin } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { bankAccountNumber, iban } from '../../catalogue/banks/iban.ts'
import { endpoint, type Caller, type Endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { SERIAL_MAX } from '../coins/coin.ts'
import { bankAccountAnswer, bankAccountReply } from './bank-account.ts'
import { checkDetails, saveBankAccount } from './save.ts'

const params = z.strictObject({
  coinSerial: text(SERIAL_MAX).meta({ description: 'Serial of the coin that is paid out from' }),
})

const clientBody = z.strictObject({
  bankId: text(64).meta({ examples: ['bnk_01h2xcejqtf2nbrexx3vqjhp41'] }),
  fullName: text(140).meta({ description: 'Whose account it is', examples: ['Ada Lovelace'] }),
  iban: iban.optional(),
  bankAccountNumber: bankAccountNumber.optional(),
  isDefault: z.boolean().default(false),
})

const staffBody = clientBody
  .extend({
    pool: z
      .boolean()
      .default(false)
      .meta({ description: 'An account of the company, for the client to pay in to; never paid out to' }),
  })
  .refine(({ pool, isDefault }) => !(pool && isDefault), {
    path: ['isDefault'],
    message: 'must be false for a pool account: nothing is paid out to it',
  })

type Way = {
  readonly path: string
  readonly summary: string
  readonly body: typeof clientBody | typeof staffBody
}

function adding({ path, summary, body }: Way): Endpoint {
  const isByStaff = body === staffBody
  return endpoint({
    method: 'post',
    path,
    family: 'Bank accounts',
    summary,
    description: `One of iban and bankAccountNumber is needed. PENDING until staff approve it${isByStaff ? ', of whom another person has to' : ''}.`,
    access: isByStaff ? 'BANK_ACCOUNT_MANAGER' : 'BANK_ACCOUNT_OWNER',
    params,
    body,
    answers: { 201: { description: 'Linked', body: bankAccountAnswer } },
    async handle({ params: { coinSerial }, body: wish, caller }, { db, newId }) {
      const added = await inProject(db, caller.projectId, (trx) =>
        add(trx, caller, { id: newId('bac'), coinSerial, wish, isByStaff }),
      )
      return { status: 201, body: bankAccountReply(added) }
    },
  })
}

export const addMyBankAccount = adding({
  path: '/my/bank-accounts/coin/:coinSerial/with-bank',
  summary: 'Link a bank account to your coin',
  body: clientBody,
})

export const addClientBankAccount = adding({
  path: '/bank-accounts/coin/:coinSerial/with-bank',
  summary: "Link a bank account of a client, or of the company, to a client's coin",
  body: staffBody,
})

type Asked = {
  readonly id: string
  readonly coinSerial: string
  readonly wish: z.infer<typeof clientBody> & { readonly pool?: boolean }
  readonly isByStaff: boolean
}

async function add(
  trx: Knex,
  caller: Caller,
  { id, coinSerial, wish, isByStaff }: Asked,
): Promise<BankAccount> {
  const coin = await findCoin(trx, coinSerial)
  if (!coin || (!isByStaff && coin.organization_id !== caller.organizationId))
    throw notFound('coinSerial', 'coin')
  await lockBankAccountsOf(trx, coin.id)
  const details = {
    id,
    coin_id: coin.id,
    bank_id: wish.bankId,
    iban: wish.iban ?? null,
    account_number: wish.bankAccountNumber ?? null,
  }
  await checkDetails(trx, details)
  const person = isByStaff ? await firstPersonOf(trx, coin.organization_id) : caller.personId
  if (person === undefined) throw notFound('coinSerial', 'client of this coin')
  return saveBankAccount(trx, caller, {
    id,
    coinId: coin.id,
    isDefault: wish.isDefault,
    action: 'bank_account.create',
    write: () =>
      addBankAccount(trx, {
        ...details,
        project_id: caller.projectId,
        person_id: person,
        made_by: caller.personId,
        full_name: wish.fullName,
        is_default: wish.isDefault,
        pool: wish.pool ?? false,
        status: 'PENDING',
      }),
  })
}
