import type { CurrencyKind } from '../catalogue/currency-kind.ts'
import { invalid, type Found, type RuleFault } from '../rule-fault.ts'
import { canonicalIban, ibanFault } from './iban.ts'

type Currency = { readonly code: string; readonly kind: CurrencyKind; readonly active: boolean }

/** The only active issuer of the currency, or the one that is named. */
export function chooseActiveIssuer<Issuer extends { readonly id: string }>(
  { currency: code, issuerId }: { readonly currency: string; readonly issuerId?: string | undefined },
  currency: Currency | undefined,
  active: readonly Issuer[],
): Found<Issuer> {
  if (!currency) return { fault: invalid('currency', 'is not the code of a currency of this project') }
  if (!currency.active)
    return {
      fault: {
        code: 'currency_inactive',
        parameter: 'currency',
        message: `The currency ${code} is not active.`,
      },
    }
  const [first, another] = active
  if (!first) return { fault: invalid('currency', 'has no active issuer') }
  if (issuerId === undefined)
    return another
      ? { fault: invalid('issuerId', `is needed: ${code} has more than one active issuer`) }
      : { value: first }
  const named = active.find(({ id }) => id === issuerId)
  return named
    ? { value: named }
    : { fault: invalid('issuerId', `is not the id of an active issuer of ${code}`) }
}

export type Whereabouts = { readonly address?: string | undefined; readonly bank?: string | undefined }

/**
 * Where fiat is with a bank. An integrated bank has its own names for accounts; of others they are IBANs, kept in their one spelling.
 * @param known the bank that is named, where it is in the catalogue
 */
export function checkWhereabouts(
  { code, kind }: Currency,
  { address, bank }: Whereabouts,
  known: { readonly platform: string | null } | undefined,
): Found<Whereabouts> {
  if (kind !== 'fiat') {
    if (address !== undefined)
      return { fault: invalid('address', `is for fiat; ${code} has wallets: POST /assets/{id}/wallets`) }
    return bank === undefined ? { value: {} } : { fault: invalid('bank', `is for fiat, and ${code} is not`) }
  }
  if (bank !== undefined && !known)
    return { fault: invalid('bank', 'is not the id of a bank in the catalogue') }
  if (address === undefined || typeof known?.platform === 'string') return { value: { address, bank } }
  const wrong = ibanFault(address)
  if (wrong !== undefined) return { fault: invalid('address', `must be an IBAN, and ${wrong}`) }
  return { value: { address: canonicalIban(address), bank } }
}

export function platformUnknown(): RuleFault {
  return invalid('platform', 'is not the id of a platform of this project')
}

export function assetExists(code: string): RuleFault {
  return {
    code: 'asset_exists',
    parameter: 'currency',
    message: `the account has an asset of ${code} there already`,
  }
}

type NamedAccount = { readonly external_id: string | null; readonly uid: string }

/** What a platform calls the account that keeps an asset's balance. */
export function placeAccount(externalId: string | undefined, account: NamedAccount): string {
  return externalId ?? account.external_id ?? account.uid
}

export function placeTaken(place: { account: string; label: string; code: string }): RuleFault {
  return {
    code: 'place_taken',
    parameter: 'externalId',
    message: `the account ${place.account} on ${place.label} keeps another asset of ${place.code}`,
  }
}
