import type { Knex } from 'knex'

export type WalletRow = {
  id: string
  project_id: string
  coin_id: string
  network: string
  address: string
  created_by: string | null
  created_at: Date
  updated_at: Date
}

export async function findWalletOf(
  trx: Knex,
  { coinId, id }: { coinId: string; id: string },
): Promise<WalletRow | undefined> {
  return trx<WalletRow>('wallets').where({ id, coin_id: coinId }).first()
}
