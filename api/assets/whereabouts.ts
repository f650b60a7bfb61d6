import type { Knex } from 'knex'
import { findBank } from '#db/banks.ts'
import type { CurrencyRow } from '#db/currencies.ts'
import { canonicalIban, ibanFault } from '../bank-accounts/iban.ts'
import { badParameter } from '../problem.ts'

type Asked = { readonly address?: string | undefined; readonly bank?: string | undefined }

/** Where fiat is with a bank. An integrated bank has its own names for accounts; of others they are IBANs, kept in their one spelling. */
export async function readWhereabouts(
  trx: Knex,
  { code, kind }: CurrencyRow,
  { address, bank }: Asked,
): Promise<Asked> {
  if (kind !== 'fiat') {
    if (address !== undefined)
      throw badParameter('address', `is for fiat; ${code} has wallets: POST /assets/{id}/wallets`)
    if (bank !== undefined) throw badParameter('bank', `is for fiat, and ${code} is not`)
    return {}
  }
  const known = bank === undefined ? undefined : await findBank(trx, bank)
  if (bank !== undefined && !known) throw badParameter('bank', 'is not the id of a bank in the catalogue')
  const isIntegrated = typeof known?.platform === 'string'
  if (address === undefined || isIntegrated) return { address, bank }
  const fault = ibanFault(address)
  if (fault !== undefined) throw badParameter('address', `must be an IBAN, and ${fault}`)
  return { address: canonicalIban(address), bank }
}
