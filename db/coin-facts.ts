import type { Knex } from 'knex'
import type { OrganizationType } from './organizations.ts'

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
}

export async function findCoinFacts(trx: Knex, serial: string): Promise<CoinFacts | undefined> {
  const [found] = await listCoinFacts(trx, [serial])
  return found
}

/** Of those of these serials that are coins of the project. */
export async function listCoinFacts(trx: Knex, serials: readonly string[]): Promise<CoinFacts[]> {
  return trx('coins as k')
    .join('issuers as i', 'i.id', 'k.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .join('organizations as g', 'g.id', 'k.organization_id')
    .whereIn('k.serial', serials)
    .select(
      'k.id',
      'k.serial',
      'k.organization_id',
      'g.type as organization_type',
      'k.issuer_id',
      'i.sn as issuer_sn',
      'c.code',
      'c.symbol',
      'c.fraction',
    )
}
