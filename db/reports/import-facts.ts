import type { Knex } from 'knex'
import { readLogin } from '#domain/identity/login.ts'
import type { AccountRow } from '../accounts/accounts.ts'
import type { CoinRow } from '../accounts/coins.ts'
import type { OrganizationType } from '../identity/organizations.ts'

// What the rules of many rows ask for, each read in one statement.

export type Owner = { readonly id: string; readonly type: OrganizationType }

/** By what they were called: the id of an organization, or the login of one of its members. */
export async function findOwnersNamed(trx: Knex, names: readonly string[]): Promise<Map<string, Owner>> {
  const logins = new Map<string, string>()
  for (const name of names) {
    const login = readLogin(name)
    if (login) logins.set(name, login.text)
  }
  const ids = names.filter((name) => !logins.has(name))
  const owners = new Map<string, Owner>()
  const byId: Owner[] =
    ids.length === 0
      ? []
      : await trx('organizations')
          .whereRaw('id = any(?)', [[...ids]])
          .select('id', 'type')
  for (const owner of byId) owners.set(owner.id, owner)
  if (logins.size === 0) return owners
  const members: (Owner & { login: string })[] = await trx('people as p')
    .join('members as m', 'm.person_id', 'p.id')
    .join('organizations as o', 'o.id', 'm.organization_id')
    .whereRaw('p.login = any(?)', [[...new Set(logins.values())]])
    .select('o.id', 'o.type', 'p.login')
  const byLogin = new Map(members.map(({ login, ...owner }) => [login, owner]))
  for (const [name, login] of logins) {
    const owner = byLogin.get(login)
    if (owner) owners.set(name, owner)
  }
  return owners
}

export async function findAccountsByExternalId(
  trx: Knex,
  externalIds: readonly string[],
): Promise<Map<string, AccountRow>> {
  if (externalIds.length === 0) return new Map()
  const rows: AccountRow[] = await trx('accounts').whereRaw('external_id = any(?)', [[...externalIds]])
  return new Map(rows.map((row) => [row.external_id ?? '', row]))
}

export async function findAccountsById(trx: Knex, ids: readonly string[]): Promise<Map<string, AccountRow>> {
  if (ids.length === 0) return new Map()
  const rows: AccountRow[] = await trx('accounts').whereRaw('id = any(?)', [[...ids]])
  return new Map(rows.map((row) => [row.id, row]))
}

const UID = /^[1-9][0-9]{0,17}$/

/** By what they were called: an id, a uid or an external id. Several, where one name fits several. */
export async function findAccountsNamed(
  trx: Knex,
  names: readonly string[],
): Promise<Map<string, AccountRow[]>> {
  const uids = names.filter((name) => UID.test(name))
  const found = [
    ...(await findAccountsById(trx, names)),
    ...(await findAccountsByExternalId(trx, names)),
    ...(await findAccountsByUid(trx, uids)),
  ]
  const named = new Map<string, AccountRow[]>()
  for (const [name, account] of found) {
    const others = named.get(name) ?? []
    if (!others.some(({ id }) => id === account.id)) named.set(name, [...others, account])
  }
  return named
}

async function findAccountsByUid(trx: Knex, uids: readonly string[]): Promise<Map<string, AccountRow>> {
  if (uids.length === 0) return new Map()
  const rows: AccountRow[] = await trx('accounts').whereRaw('uid = any(?::bigint[])', [[...uids]])
  return new Map(rows.map((row) => [row.uid, row]))
}

export type KnownAsset = Pick<
  CoinRow,
  | 'id'
  | 'account_id'
  | 'issuer_id'
  | 'platform_id'
  | 'platform_account'
  | 'external_id'
  | 'address'
  | 'bank_id'
>

/** The open assets in these accounts, and those in places of these names on a platform. */
export async function findAssetsNear(
  trx: Knex,
  { accounts, places }: { readonly accounts: readonly string[]; readonly places: readonly string[] },
): Promise<KnownAsset[]> {
  const columns = [
    'id',
    'account_id',
    'issuer_id',
    'platform_id',
    'platform_account',
    'external_id',
    'address',
    'bank_id',
  ] as const
  const inAccounts: KnownAsset[] = await trx('coins')
    .whereRaw('account_id = any(?)', [[...accounts]])
    .whereNull('closed_at')
    .select(...columns)
  if (places.length === 0) return inAccounts
  const inPlaces: KnownAsset[] = await trx('coins')
    .whereNotNull('platform_id')
    .whereRaw('platform_account = any(?)', [[...places]])
    .whereNull('closed_at')
    .select(...columns)
  return [...inAccounts, ...inPlaces]
}
