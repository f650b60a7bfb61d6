import type { Knex } from 'knex'
import { readLogin } from '#domain/identity/login.ts'
import { countUpTo, type PageOf } from '../page.ts'
import { shownAccounts, type Account } from './accounts.ts'

export type AccountFilter = {
  /** An id, a uid or an external id; or the first eight characters of an id, or more of them. */
  readonly search?: string | undefined
  readonly createdFrom?: Date | undefined
  readonly createdTo?: Date | undefined
  readonly type?: string | undefined
  /** The owner's id, or the login of one of their members. */
  readonly owner?: string | undefined
  readonly active?: boolean | undefined
  /** Of this organization only. */
  readonly organizationId?: string | undefined
}

export type Slice = { readonly limit: number; readonly offset: number; readonly countMax: number }

/** Newest first. */
export async function listAccounts(
  trx: Knex,
  filter: AccountFilter,
  { limit, offset, countMax }: Slice,
): Promise<PageOf<Account>> {
  const narrowed = trx('accounts as a')
    .select('a.*')
    .orderBy([...NEWEST])
  if (!(await narrowAccounts(trx, narrowed, filter))) return { total: 0, rows: [] }
  const total = await countUpTo(trx, narrowed, countMax)
  const page = narrowed.clone().limit(limit).offset(offset)
  // Only what is on the page is looked up beside it.
  const rows: Account[] = await shownAccounts(trx, page).orderBy([...NEWEST])
  return { total, rows }
}

const NEWEST = [
  { column: 'a.created_at', order: 'desc' },
  { column: 'a.id', order: 'desc' },
] as const

/** False where it is plain that there is none. */
export async function narrowAccounts(
  trx: Knex,
  query: Knex.QueryBuilder,
  filter: AccountFilter,
): Promise<boolean> {
  // Read first, for Postgres goes by the index of values that it knows, and supposes many of those that a sub-select gives.
  if (filter.search !== undefined) void query.whereIn('a.id', await idsNamed(trx, filter.search))
  if (filter.owner !== undefined) {
    const owner = await organizationNamed(trx, filter.owner)
    if (owner === undefined) return false
    void query.where('a.organization_id', owner)
  }
  if (filter.organizationId !== undefined) void query.where('a.organization_id', filter.organizationId)
  if (filter.type !== undefined) void query.where('a.type', filter.type)
  if (filter.active !== undefined) void query.where('a.active', filter.active)
  if (filter.createdFrom) void query.where('a.created_at', '>=', filter.createdFrom)
  if (filter.createdTo) void query.where('a.created_at', '<=', filter.createdTo)
  return true
}

const PREFIX = /^[0-9a-f]{8}[0-9a-f-]{0,28}$/
const FOUND_MAX = 100

async function idsNamed(trx: Knex, search: string): Promise<string[]> {
  const named: string[] = await trx('accounts').where({ external_id: search }).pluck('id')
  if (/^\d{1,18}$/.test(search)) named.push(...(await trx('accounts').where({ uid: search }).pluck('id')))
  const prefix = search.toLowerCase()
  if (PREFIX.test(prefix))
    named.push(
      ...(await trx('accounts')
        // `g` comes after every digit that an id can go on with.
        .whereRaw(`id collate "C" >= ? and id collate "C" < ?`, [prefix, `${prefix}g`])
        .limit(FOUND_MAX)
        .pluck('id')),
    )
  return [...new Set(named)]
}

/** The organization of this id, or of the person with this login. */
export async function organizationNamed(trx: Knex, owner: string): Promise<string | undefined> {
  const login = readLogin(owner)
  if (!login) {
    const found: { id: string } | undefined = await trx('organizations').where({ id: owner }).first('id')
    return found?.id
  }
  const member: { organization_id: string } | undefined = await trx('members as m')
    .join('people as p', 'p.id', 'm.person_id')
    .where('p.login', login.text)
    .first('m.organization_id')
  return member?.organization_id
}
