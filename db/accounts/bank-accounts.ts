import type { Knex } from 'knex'
import type { BankRow } from '../catalogue/banks.ts'
import { readPage, type PageOf } from '../page.ts'

export const BANK_ACCOUNT_STATUSES = ['PENDING', 'APPROVED', 'REJECTED'] as const
export type BankAccountStatus = (typeof BANK_ACCOUNT_STATUSES)[number]

export type BankAccountRow = {
  id: string
  project_id: string
  coin_id: string
  /** The client it belongs to. */
  person_id: string
  /** Who typed what it says now, and so may not approve it. */
  made_by: string
  bank_id: string
  full_name: string
  iban: string | null
  account_number: string | null
  is_default: boolean
  /** The company's, to pay in to; never paid out to. */
  pool: boolean
  status: BankAccountStatus
  decided_by: string | null
  reason: string | null
  created_at: Date
  updated_at: Date
}

export type BankAccount = BankAccountRow & {
  coin_serial: string
  organization_id: string
  bank: BankRow
}

type NewBankAccount = Omit<BankAccountRow, 'decided_by' | 'reason' | 'created_at' | 'updated_at'>

export async function addBankAccount(trx: Knex, row: NewBankAccount): Promise<void> {
  await trx('bank_accounts').insert(row)
}

export async function findBankAccount(trx: Knex, id: string): Promise<BankAccount | undefined> {
  const [found] = await bankAccounts(trx).where('b.id', id)
  return found
}

export type PayoutAsked = {
  readonly coinId: string
  readonly bankAccountId?: string | undefined
  readonly bankId?: string | undefined
  readonly iban?: string | undefined
  readonly accountNumber?: string | undefined
}

/**
 * The bank account of the coin that a withdrawal names: by its id, or by IBAN (in any spelling), account number (exactly) or
 * both. All that is named has to fit the same one, so that no part of a destination is one that nobody has looked at.
 * An approved one comes first; whether it is approved is for the caller to check. Pool accounts are never found.
 */
export async function findPayoutAccount(
  trx: Knex,
  { coinId, bankAccountId, bankId, iban, accountNumber }: PayoutAsked,
): Promise<BankAccount | undefined> {
  const named = {
    'b.id': bankAccountId,
    'b.iban': iban === undefined ? undefined : canonicalIban(iban),
    'b.account_number': accountNumber,
  }
  if (Object.values(named).every((value) => value === undefined)) return undefined
  const query = bankAccounts(trx).where('b.coin_id', coinId).where('b.pool', false)
  for (const [column, value] of Object.entries({ ...named, 'b.bank_id': bankId }))
    if (value !== undefined) void query.where(column, value)
  const [found] = await query.orderByRaw(
    "array_position(array['APPROVED', 'PENDING', 'REJECTED'], b.status), b.created_at, b.id",
  )
  return found
}

/** As they are kept: without spaces and dashes, in capital letters. */
export function canonicalIban(iban: string): string {
  return iban.replaceAll(/[\s-]/g, '').toUpperCase()
}

/** All changes to the bank accounts of one coin queue here. */
export async function lockBankAccountsOf(trx: Knex, coinId: string): Promise<void> {
  await trx('coins').where({ id: coinId }).forNoKeyUpdate().first('id')
}

/** As it is, and as it stays until the transaction ends. */
export async function lockBankAccount(trx: Knex, id: string): Promise<BankAccount | undefined> {
  const seen = await findBankAccount(trx, id)
  if (!seen) return undefined
  await lockBankAccountsOf(trx, seen.coin_id)
  return findBankAccount(trx, id)
}

/** Another one of the same coin at the same bank with the same numbers. */
export async function hasTwin(
  trx: Knex,
  row: Pick<BankAccountRow, 'id' | 'coin_id' | 'bank_id' | 'iban' | 'account_number'>,
): Promise<boolean> {
  const twin = await trx('bank_accounts')
    .where({ coin_id: row.coin_id, bank_id: row.bank_id })
    .where({ iban: row.iban, account_number: row.account_number })
    .whereNot({ id: row.id })
    .first('id')
  return twin !== undefined
}

export async function changeBankAccount(
  trx: Knex,
  id: string,
  changes: Partial<
    Omit<BankAccountRow, 'id' | 'project_id' | 'coin_id' | 'person_id' | 'created_at' | 'updated_at'>
  >,
): Promise<void> {
  await trx('bank_accounts')
    .where({ id })
    .update({ ...changes, updated_at: trx.fn.now() })
}

/** Returns the ids of those that were the coin's default until now: one, or none. */
export async function clearDefault(trx: Knex, coinId: string): Promise<string[]> {
  const cleared: { id: string }[] = await trx('bank_accounts')
    .where({ coin_id: coinId, is_default: true })
    .update({ is_default: false, updated_at: trx.fn.now() })
    .returning('id')
  return cleared.map(({ id }) => id)
}

export async function removeBankAccount(trx: Knex, id: string): Promise<void> {
  await trx('bank_accounts').where({ id }).delete()
}

/** For whom staff add a bank account: whoever of the coin's organization came first. */
export async function firstPersonOf(trx: Knex, organizationId: string): Promise<string | undefined> {
  const member: { person_id: string } | undefined = await trx('members')
    .where({ organization_id: organizationId })
    .orderBy(['created_at', 'id'])
    .first('person_id')
  return member?.person_id
}

export type BankAccountFilter = {
  /** Of a client, and as they see it: without pool accounts that nobody has approved. */
  readonly organizationId?: string | undefined
  readonly bankAccountNumber?: string | undefined
  /** Anywhere in the bank's name, in any case. */
  readonly bankName?: string | undefined
  readonly bic?: string | undefined
  readonly swift?: string | undefined
  readonly iban?: string | undefined
  readonly statuses?: readonly BankAccountStatus[] | undefined
  readonly userIds?: readonly string[] | undefined
  readonly coinSerial?: string | undefined
  readonly pool?: boolean | undefined
}

export async function findBankAccounts(
  trx: Knex,
  filter: BankAccountFilter,
  page: { pageNumber: number; pageSize: number; countMax: number; order: 'asc' | 'desc' },
): Promise<PageOf<BankAccount>> {
  const query = bankAccounts(trx).orderBy([
    { column: 'b.created_at', order: page.order },
    { column: 'b.id', order: page.order },
  ])
  const exact = {
    'b.account_number': filter.bankAccountNumber,
    'n.bic': filter.bic,
    'n.swift': filter.swift,
    'b.iban': filter.iban,
    'k.serial': filter.coinSerial,
    'b.pool': filter.pool,
  }
  for (const [column, value] of Object.entries(exact))
    if (value !== undefined) void query.where(column, value)
  if (filter.organizationId !== undefined) void seenBy(query, filter.organizationId)
  if (filter.statuses) void query.whereIn('b.status', filter.statuses)
  if (filter.userIds) void query.whereIn('b.person_id', filter.userIds)
  if (filter.bankName !== undefined)
    void query.whereRaw('strpos(lower(n.name), lower(?)) > 0', [filter.bankName])
  return readPage<BankAccount>(trx, query, page)
}

/** As the client sees them. */
export async function listBankAccountsOf(trx: Knex, organizationId: string): Promise<BankAccount[]> {
  return seenBy(bankAccounts(trx), organizationId).orderBy(['b.created_at', 'b.id'])
}

/** Whoever links a pool account says where clients send money, so they are told only once another person has approved it. */
function seenBy<Query extends Knex.QueryBuilder>(query: Query, organizationId: string): Query {
  void query.where('k.organization_id', organizationId).whereRaw("(not b.pool or b.status = 'APPROVED')")
  return query
}

function bankAccounts(trx: Knex): Knex.QueryBuilder<BankAccount, BankAccount[]> {
  return trx('bank_accounts as b')
    .join('coins as k', 'k.id', 'b.coin_id')
    .join('banks as n', 'n.id', 'b.bank_id')
    .select('b.*', 'k.serial as coin_serial', 'k.organization_id')
    .select(trx.raw('to_jsonb(n) as bank'))
}
