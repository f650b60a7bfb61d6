import type { Knex } from 'knex'

/** An address of an asset on a network. */
export type WalletRow = {
  id: string
  project_id: string
  coin_id: string
  /** A label of the project's networks; it never changes. */
  network: string
  address: string
  created_by: string | null
  created_at: Date
  updated_at: Date
}

/** Undefined where the project has the address on this network already. */
export async function addWallet(
  trx: Knex,
  row: Omit<WalletRow, 'created_at' | 'updated_at'>,
): Promise<WalletRow | undefined> {
  const [added] = await trx<WalletRow>('wallets')
    .insert(row)
    .onConflict(['project_id', 'network', 'address'])
    .ignore()
    .returning('*')
  return added
}

/** Of one asset, oldest first. */
export async function listWallets(trx: Knex, coinId: string): Promise<WalletRow[]> {
  return trx<WalletRow>('wallets').where({ coin_id: coinId }).orderBy(['created_at', 'id'])
}

/** One of this asset. */
export async function findWalletOf(
  trx: Knex,
  { coinId, id }: { coinId: string; id: string },
): Promise<WalletRow | undefined> {
  return trx<WalletRow>('wallets').where({ id, coin_id: coinId }).first()
}

/** The row as it is, locked until the transaction ends. */
export async function lockWallet(trx: Knex, id: string): Promise<WalletRow | undefined> {
  return trx<WalletRow>('wallets').where({ id }).forUpdate().first()
}

/** It must exist, and be locked. Undefined where the project has the address on its network already. */
export async function changeWalletAddress(
  trx: Knex,
  id: string,
  address: string,
): Promise<WalletRow | undefined> {
  try {
    const [changed]: WalletRow[] = await trx.transaction((inner) =>
      inner('wallets').where({ id }).update({ address, updated_at: inner.fn.now() }).returning('*'),
    )
    return changed
  } catch (error) {
    const isTaken = error instanceof Error && 'constraint' in error && error.constraint === ONE_OF_AN_ADDRESS
    if (isTaken) return undefined
    throw error
  }
}
const ONE_OF_AN_ADDRESS = 'wallets_project_id_network_address_key'

export async function removeWallet(trx: Knex, id: string): Promise<void> {
  await trx('wallets').where({ id }).delete()
}
