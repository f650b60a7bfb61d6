import type { Knex } from 'knex'
import type { CurrencyKind } from '#domain/catalogue/currency-kind.ts'
import type { State } from '#domain/operations/operation.ts'

import { organizationNamed, type Slice } from './account-list.ts'
import type { CoinRow } from './coins.ts'
import type { OrganizationType } from '../identity/organizations.ts'
import { countUpTo, type PageOf } from '../page.ts'

/** A coin as what an account holds. Amounts are minor units as text. */
export type Asset = CoinRow & {
  posted: string
  held: string
  active: boolean
  currency_code: string
  currency_kind: CurrencyKind
  fraction: number
  owner_name: string
  owner_type: OrganizationType
  owner_email: string | null
  bank_name: string | null
  /** What top-ups and the opening balance brought onto it, corrections not taken off. */
  deposited: string
  platform_label: string | null
  platform_name: string | null
  platform_balance: string | null
  platform_balance_at: Date | null
  /** What it was asked to begin with; amounts as text. */
  opening: { id: string; request_identifier: string; amount: string; state: State } | null
}

export type AssetFilter = {
  /** A serial, a uid or an external id. */
  readonly search?: string | undefined
  readonly account?: string | undefined
  /** The owner's id, or the login of one of their members. */
  readonly owner?: string | undefined
  /** A code. */
  readonly currency?: string | undefined
  readonly active?: boolean | undefined
  /** An id. */
  readonly platform?: string | undefined
  /** Of this organization only. */
  readonly organizationId?: string | undefined
}

const NEWEST = [
  { column: 'k.created_at', order: 'desc' },
  { column: 'k.id', order: 'desc' },
] as const

export async function findAsset(trx: Knex, id: string): Promise<Asset | undefined> {
  const [found]: Asset[] = await shownAssets(trx, trx('coins').where({ id }))
  return found
}

/** Newest first; closed ones are left out. */
export async function listAssets(
  trx: Knex,
  filter: AssetFilter,
  { limit, offset, countMax }: Slice,
): Promise<PageOf<Asset>> {
  const narrowed = trx('coins as k').whereNull('k.closed_at').select('k.*')
  if (!(await narrowAssets(trx, narrowed, filter))) return { total: 0, rows: [] }
  const total = await countUpTo(trx, narrowed, countMax)
  const page = narrowed
    .clone()
    .orderBy([...NEWEST])
    .limit(limit)
    .offset(offset)
  const rows: Asset[] = await shownAssets(trx, page).orderBy([...NEWEST])
  return { total, rows }
}

/** What is not there narrows to nothing: false. Names are resolved first, so that indexes are gone by. */
export async function narrowAssets(
  trx: Knex,
  query: Knex.QueryBuilder,
  filter: AssetFilter,
): Promise<boolean> {
  if (filter.search !== undefined) void query.whereIn('k.id', await idsNamed(trx, filter.search))
  if (filter.owner !== undefined) {
    const owner = await organizationNamed(trx, filter.owner)
    if (owner === undefined) return false
    void query.where('k.organization_id', owner)
  }
  if (filter.currency !== undefined) {
    const issuers: string[] = await trx('issuers as i')
      .join('currencies as c', 'c.id', 'i.currency_id')
      .where('c.code', filter.currency)
      .pluck('i.id')
    void query.whereIn('k.issuer_id', issuers)
  }
  if (filter.organizationId !== undefined) void query.where('k.organization_id', filter.organizationId)
  if (filter.account !== undefined) void query.where('k.account_id', filter.account)
  if (filter.platform !== undefined) void query.where('k.platform_id', filter.platform)
  if (filter.active !== undefined)
    void query.whereRaw(
      '(select b.active from balances b where b.account_id = k.id and b.shard = 0) = ?',
      filter.active,
    )
  return true
}

async function idsNamed(trx: Knex, search: string): Promise<string[]> {
  const named: string[] = await trx('coins')
    .where({ serial: search })
    .union(trx('coins').where({ external_id: search }).select('id'))
    .pluck('id')
  if (/^\d{1,18}$/.test(search)) named.push(...(await trx('coins').where({ uid: search }).pluck('id')))
  return [...new Set(named)]
}

const BALANCE = `cross join lateral (
  select sum(posted) as posted, sum(held) as held, bool_and(active) as active from balances where account_id = k.id) b`
const EMAIL = `(select m.email from members m where m.organization_id = o.id
  order by m.created_at, m.id limit 1) as owner_email`
const DEPOSITED = `(select coalesce(sum(d.recipient_amount), 0)::text from operations d
  where d.coin_id = k.id and d.kind in ('top_up', 'opening_balance', 'platform_deposit') and d.state = 'processed') as deposited`
const OPENING = `(select jsonb_build_object('id', d.id, 'request_identifier', d.request_identifier::text,
    'amount', d.amount::text, 'state', d.state)
  from operations d where d.coin_id = k.id and d.kind = 'opening_balance') as opening`

export function shownAssets(trx: Knex, coins: Knex.QueryBuilder): Knex.QueryBuilder {
  return trx
    .from(coins.as('k'))
    .join('issuers as i', 'i.id', 'k.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .join('organizations as o', 'o.id', 'k.organization_id')
    .leftJoin('banks as n', 'n.id', 'k.bank_id')
    .leftJoin('platforms as p', 'p.id', 'k.platform_id')
    .joinRaw(BALANCE)
    .select('k.*', 'b.posted', 'b.held', 'b.active', 'c.code as currency_code', 'c.kind as currency_kind')
    .select('c.fraction', 'o.name as owner_name', 'o.type as owner_type', 'n.name as bank_name')
    .select('p.label as platform_label', 'p.name as platform_name')
    .select(trx.raw(EMAIL), trx.raw(DEPOSITED), trx.raw(OPENING))
}
