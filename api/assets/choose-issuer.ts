import type { Knex } from 'knex'
import { findCurrencyByCode } from '#db/currencies.ts'
import { findActiveIssuersOf, type Issuer } from '#db/issuers.ts'
import { inactive } from '../coins/choose-issuer.ts'
import { badParameter } from '../problem.ts'

/** The only active issuer of the currency, or the one that is named. */
export async function chooseAssetIssuer(
  trx: Knex,
  { currency: code, issuerId }: { readonly currency: string; readonly issuerId?: string | undefined },
): Promise<Issuer> {
  const currency = await findCurrencyByCode(trx, code)
  if (!currency) throw badParameter('currency', 'is not the code of a currency of this project')
  if (!currency.active) throw inactive('currency', code, 'currency')
  const issuers = await findActiveIssuersOf(trx, currency.id)
  const [first, another] = issuers
  if (!first) throw badParameter('currency', 'has no active issuer')
  if (issuerId === undefined) {
    if (another) throw badParameter('issuerId', `is needed: ${code} has more than one active issuer`)
    return first
  }
  const named = issuers.find(({ id }) => id === issuerId)
  if (!named) throw badParameter('issuerId', `is not the id of an active issuer of ${code}`)
  return named
}
