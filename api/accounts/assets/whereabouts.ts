import type { Knex } from 'knex'
import { findBank } from '#db/catalogue/banks.ts'
import type { CurrencyRow } from '#db/catalogue/currencies.ts'
import { checkWhereabouts, type Whereabouts } from '#domain/accounts/asset-rules.ts'
import { demandFound } from '../../http/problem.ts'

export async function readWhereabouts(
  trx: Knex,
  currency: CurrencyRow,
  { address, bank }: Whereabouts,
): Promise<Whereabouts> {
  const known = bank === undefined ? undefined : await findBank(trx, bank)
  return demandFound(checkWhereabouts(currency, { address, bank }, known))
}
