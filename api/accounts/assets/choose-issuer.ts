import type { Knex } from 'knex'
import { findCurrencyByCode } from '#db/catalogue/currencies.ts'
import { findActiveIssuersOf, type Issuer } from '#db/catalogue/issuers.ts'
import { chooseActiveIssuer } from '#domain/accounts/asset-rules.ts'
import { demandFound } from '../../http/problem.ts'

export async function chooseAssetIssuer(
  trx: Knex,
  asked: { readonly currency: string; readonly issuerId?: string | undefined },
): Promise<Issuer> {
  const currency = await findCurrencyByCode(trx, asked.currency)
  const active = currency ? await findActiveIssuersOf(trx, currency.id) : []
  return demandFound(chooseActiveIssuer(asked, currency, active))
}
