import type { Knex } from 'knex'

export type BankRow = {
  id: string
  project_id: string
  name: string
  address: string | null
  bic: string
  swift: string
  city: string | null
  country: string | null
  zip_code: string | null
  /** Label of the integration that pays out through this bank; null where a person does. */
  platform: string | null
}

/** Which of its codes another bank of the project has, or undefined when it was added. */
export async function addBank(trx: Knex, row: BankRow): Promise<'bic' | 'swift' | undefined> {
  const added = await trx<BankRow>('banks').insert(row).onConflict().ignore().returning('id')
  if (added.length === 1) return undefined
  const twin = await trx<BankRow>('banks').where({ bic: row.bic }).first('id')
  return twin ? 'bic' : 'swift'
}

export async function listBanks(trx: Knex): Promise<BankRow[]> {
  return trx<BankRow>('banks').select().orderBy(['name', 'id'])
}

export async function findBank(trx: Knex, id: string): Promise<BankRow | undefined> {
  return trx<BankRow>('banks').where({ id }).first()
}
