import type { Knex } from 'knex'
import { SYSTEM_ACCOUNT_TYPES, systemAccount, usageOf } from '#domain/operations/accounting.ts'

type NewAccount = {
  readonly id: string
  readonly issuer: string
  readonly type: string
  readonly usage: 'accounting' | 'circulation'
  readonly technical: boolean
  readonly strict: boolean
  /** Minor units that the available balance never falls below; null for none. */
  readonly floor: string | null
}

/** The accounts that an issuer's money passes on its way. Once for each issuer, in the transaction that adds it. */
export async function openSystemAccounts(trx: Knex, projectId: string, issuerId: string): Promise<void> {
  await open(
    trx,
    projectId,
    SYSTEM_ACCOUNT_TYPES.map((type) => ({
      id: systemAccount(issuerId, type),
      issuer: issuerId,
      type,
      usage: usageOf(type),
      technical: true,
      strict: false,
      floor: null,
    })),
  )
}

/** A client's account never goes below zero. It is opened before the coin that names it. */
export async function openCoinAccount(
  trx: Knex,
  projectId: string,
  coin: { id: string; issuerId: string },
): Promise<void> {
  await openCoinAccounts(trx, projectId, [coin])
}

export async function openCoinAccounts(
  trx: Knex,
  projectId: string,
  coins: readonly { id: string; issuerId: string }[],
): Promise<void> {
  await open(
    trx,
    projectId,
    coins.map(({ id, issuerId }) => ({
      id,
      issuer: issuerId,
      type: 'client',
      usage: 'circulation',
      technical: false,
      strict: true,
      floor: '0',
    })),
  )
}

async function open(trx: Knex, projectId: string, accounts: readonly NewAccount[]): Promise<void> {
  await trx.raw('select open_book_account(?, account) from jsonb_array_elements(?::jsonb) account', [
    projectId,
    JSON.stringify(accounts),
  ])
}
