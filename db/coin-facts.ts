import type { Knex } from 'knex'

/** What moving money needs to know of a coin. */
export type CoinFacts = {
  id: string
  serial: string
  organization_id: string
  issuer_id: string
  issuer_sn: string
  code: string
  symbol: string
  fraction: number
}

export async function findCoinFacts(trx: Knex, serial: string): Promise<CoinFacts | undefined> {
  const row = await trx('coins as k')
    .join('issuers as i', 'i.id', 'k.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .where('k.serial', serial)
    .first(
      'k.id',
      'k.serial',
      'k.organization_id',
      'k.issuer_id',
      'i.sn as issuer_sn',
      'c.code',
      'c.symbol',
      'c.fraction',
    )
  return row as CoinFacts | undefined
}
