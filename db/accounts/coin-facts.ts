import type { Knex } from 'knex'
import type { OrganizationType } from '../identity/organizations.ts'

/** What moving money needs to know of a coin. */
export type CoinFacts = {
  id: string
  serial: string
  organization_id: string
  organization_type: OrganizationType
  issuer_id: string
  issuer_sn: string
  code: string
  symbol: string
  fraction: number
  /** Of the platform that keeps its balance; null where we do. */
  platform_id: string | null
}

export async function findCoinFacts(trx: Knex, serial: string): Promise<CoinFacts | undefined> {
  const [found] = await listCoinFacts(trx, [serial])
  return found
}

export async function findCoinFactsById(trx: Knex, id: string): Promise<CoinFacts | undefined> {
  const row: CoinFacts | undefined = await trx('coin_facts').where({ id }).first()
  return row
}

/** Of those of these serials that are coins of the project. */
export async function listCoinFacts(trx: Knex, serials: readonly string[]): Promise<CoinFacts[]> {
  return trx('coin_facts').whereIn('serial', serials)
}
