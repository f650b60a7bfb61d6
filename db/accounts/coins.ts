import type { Knex } from 'knex'
import type { CurrencyRow } from '../catalogue/currencies.ts'
import type { IssuerRow } from '../catalogue/issuers.ts'
import type { OrganizationRow } from '../identity/organizations.ts'

export type CoinRow = {
  id: string
  project_id: string
  organization_id: string
  issuer_id: string
  serial: string
  name: string
  type: string
  main: boolean
  /** Switched off by staff, so that its owner cannot switch it on. */
  blocked: boolean
  blocked_at: Date | null
  blocked_by: string | null
  blocked_reason: string | null
  blocked_description: string | null
  /** Closed for good; null while it is in use. */
  closed_at: Date | null
  created_by: string | null
  created_at: Date
  /** Counts coins; a bigint, so it arrives as text. */
  uid: string
  account_id: string
  /** Its own switch; it is active where its account is as well. */
  switched_on: boolean
  external_id: string | null
  /** Of fiat: an IBAN, or whatever the bank knows it by. */
  address: string | null
  bank_id: string | null
  platform_id: string | null
  /** What the platform calls the account that keeps the balance. */
  platform_account: string | null
}

type Blocking = Pick<
  CoinRow,
  'blocked' | 'blocked_at' | 'blocked_by' | 'blocked_reason' | 'blocked_description'
>

export type Coin = CoinRow & {
  /** Minor units, whole numbers as text. */
  posted: string
  held: string
  active: boolean
  account_active: boolean
  issuer: IssuerRow
  currency: CurrencyRow
  organization: Pick<OrganizationRow, 'id' | 'type' | 'name' | 'identification_status'> & {
    /** The client is: nothing is moved from or to it. A time as text. */
    frozen_at: string | null
  }
}

/** What the audit trail keeps of it: what people decide, not the money on it, and not its IBAN or address, for rows of the trail are never removed. */
export function coinFacts(coin: CoinRow & Pick<Coin, 'active'>) {
  const { serial, name, type, main, active, blocked } = coin
  const { organization_id: organizationId, issuer_id: issuerId, closed_at: closedAt } = coin
  const { account_id: accountId, external_id: externalId, bank_id: bankId } = coin
  const { platform_id: platformId, platform_account: platformAccount } = coin
  const common = { serial, name, type, main, active, blocked, organizationId, issuerId, closedAt }
  return { ...common, accountId, externalId, bankId, platformId, platformAccount }
}

/** Who has switched a coin off, and why. */
export type Block = {
  readonly by: string
  readonly reason: string | null
  readonly description: string | null
}

export async function findCoin(trx: Knex, serial: string): Promise<Coin | undefined> {
  const [found] = await coins(trx).where('k.serial', serial)
  return found
}

/** Without those that are closed. */
export async function listCoinsOf(trx: Knex, organizationId: string): Promise<Coin[]> {
  return coins(trx).where('k.organization_id', organizationId).whereNull('k.closed_at')
}

export async function isCoinClosed(trx: Knex, id: string): Promise<boolean> {
  const row: unknown = await trx('coins').where({ id }).whereNotNull('closed_at').first('id')
  return row !== undefined
}

/** Until the transaction ends nobody else opens or closes a coin of this organization. False where there is no such organization. */
export async function lockCoinOwner(trx: Knex, organizationId: string): Promise<boolean> {
  const found = await trx('organizations').where({ id: organizationId }).forNoKeyUpdate().first('id')
  return found !== undefined
}

/** Several, in one order. */
export async function lockCoinOwners(trx: Knex, organizationIds: readonly string[]): Promise<void> {
  await trx.raw('select 1 from organizations where id = any(?) order by id for no key update', [
    [...organizationIds],
  ])
}

export async function nextCoinNumber(trx: Knex): Promise<bigint> {
  const read = await trx.raw<{ rows: { number: string }[] }>("select nextval('coin_numbers') as number")
  return BigInt(read.rows[0]?.number ?? '')
}

type Fixed =
  | 'id'
  | 'project_id'
  | 'organization_id'
  | 'account_id'
  | 'issuer_id'
  | 'serial'
  | 'name'
  | 'created_by'
export type NewCoin = Pick<CoinRow, Fixed> &
  Partial<Omit<CoinRow, Fixed | keyof Blocking | 'uid' | 'closed_at'>>

/** So many at once. */
export async function nextCoinNumbers(trx: Knex, count: number): Promise<bigint[]> {
  const read = await trx.raw<{ rows: { number: string }[] }>(
    "select nextval('coin_numbers') as number from generate_series(1, ?)",
    [count],
  )
  return read.rows.map(({ number }) => BigInt(number))
}

/** Those that staff add are off, and only staff switch them on. @throws where the project has a serial already */
export async function addBlockedCoins(
  trx: Knex,
  rows: readonly NewCoin[],
  { by, description }: Pick<Block, 'by' | 'description'>,
): Promise<void> {
  await trx.raw(
    `insert into coins (id, project_id, organization_id, account_id, issuer_id, serial, name, external_id, address, bank_id,
         platform_id, platform_account, created_by, blocked, blocked_at, blocked_by, blocked_description)
       select id, project_id, organization_id, account_id, issuer_id, serial, name, external_id, address, bank_id,
           platform_id, platform_account, created_by, true, now(), ?, ?
         from jsonb_populate_recordset(null::coins, ?::jsonb)`,
    [by, description, JSON.stringify(rows)],
  )
  await trx.raw(
    'select set_account_active(r.project_id, r.id, false) from jsonb_populate_recordset(null::coins, ?::jsonb) r',
    [JSON.stringify(rows)],
  )
}

export async function listCoinsById(trx: Knex, ids: readonly string[]): Promise<Coin[]> {
  return coins(trx).whereRaw('k.id = any(?)', [[...ids]])
}

/** Its account says whether it is active, once it is switched on or off. False where the project has the serial already. */
export async function addCoin(trx: Knex, row: NewCoin): Promise<boolean> {
  const added = await trx<CoinRow>('coins')
    .insert(row)
    .onConflict(['project_id', 'serial'])
    .ignore()
    .returning('id')
  return added.length === 1
}

export async function blockCoin(trx: Knex, id: string, { by, reason, description }: Block): Promise<void> {
  const why = { blocked_by: by, blocked_reason: reason, blocked_description: description }
  await trx('coins')
    .where({ id })
    .update({ blocked: true, blocked_at: trx.fn.now(), ...why })
}

export async function unblockCoin(trx: Knex, id: string): Promise<void> {
  const nothing = { blocked_at: null, blocked_by: null, blocked_reason: null, blocked_description: null }
  await trx('coins')
    .where({ id })
    .update({ blocked: false, ...nothing })
}

/** The coin as it is, locked until the transaction ends; money that moves is not held up. */
export async function lockCoin(trx: Knex, serial: string): Promise<Coin | undefined> {
  await trx<CoinRow>('coins').where({ serial }).forNoKeyUpdate().first('id')
  return findCoin(trx, serial)
}

export async function renameCoin(trx: Knex, id: string, name: string): Promise<void> {
  await trx('coins').where({ id }).update({ name })
}

export async function changeExternalId(trx: Knex, id: string, externalId: string | null): Promise<void> {
  await trx('coins').where({ id }).update({ external_id: externalId })
}

/** Steps of the book either see the coin as it was or as it becomes. In an account that is off it stays inactive. */
export async function setCoinActive(
  trx: Knex,
  coin: Pick<CoinRow, 'id' | 'project_id'>,
  active: boolean,
): Promise<void> {
  await trx.raw('select set_account_active(?, ?, ?)', [coin.project_id, coin.id, active])
}

/** Nothing moves on one that is not. It can change at once. */
export async function isCoinActive(trx: Knex, id: string): Promise<boolean> {
  const row: { active: boolean } | undefined = await trx('balances')
    .where({ account_id: id, shard: 0 })
    .first('active')
  return row?.active ?? false
}

/** Whether an amount is held on it or an operation of it is open. It can change at once. */
export async function isCoinInUse(trx: Knex, id: string): Promise<boolean> {
  const read = await trx.raw<{ rows: [{ used: boolean }] }>('select account_in_use(?) as used', [id])
  return read.rows[0].used
}

/** Inactive and closed for good. False where it is not empty, is in use, or is closed already; then nothing was done. */
export async function closeCoinAccount(trx: Knex, coin: CoinRow): Promise<boolean> {
  const read = await trx.raw<{ rows: [{ closed: boolean }] }>('select close_account(?, ?) as closed', [
    coin.project_id,
    coin.id,
  ])
  return read.rows[0].closed
}

/** The oldest coin that is open becomes the main one. The caller holds the owner's lock. @returns its id, if there is one */
export async function passMainOn(trx: Knex, organizationId: string): Promise<string | undefined> {
  const oldest = trx('coins')
    .where({ organization_id: organizationId })
    .whereNull('closed_at')
    .orderBy(['created_at', 'id'])
    .limit(1)
    .select('id')
  const [chosen]: { id: string }[] = await trx('coins')
    .where('id', oldest)
    .update({ main: true })
    .returning('id')
  return chosen?.id
}

/** The coin of a client that money in this currency goes to: the main one, or else the oldest that is active. None of a frozen one. */
export async function findReceivingCoin(
  trx: Knex,
  organizationId: string,
  currencyId: string,
): Promise<Coin | undefined> {
  const [found] = await coins(trx)
    .where('k.organization_id', organizationId)
    .where('i.currency_id', currencyId)
    .where('b.active', true)
    .whereNull('k.platform_id')
    .whereNull('o.frozen_at')
    .clearOrder()
    .orderBy([{ column: 'k.main', order: 'desc' }, 'k.created_at', 'k.id'])
    .limit(1)
  return found
}

/** What account_balances says of one account at a time; joined to that view, Postgres adds up the whole book first. */
const BALANCE = `cross join lateral (
  select sum(posted) as posted, sum(held) as held, bool_and(active) as active from balances where account_id = k.id) b`

/** With its serial number as text, as a bigint arrives elsewhere. */
const ISSUER = "to_jsonb(i) || jsonb_build_object('sn', i.sn::text) as issuer"

function coins(trx: Knex): Knex.QueryBuilder<Coin, Coin[]> {
  const query: Knex.QueryBuilder = trx('coins as k')
    .join('issuers as i', 'i.id', 'k.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .join('organizations as o', 'o.id', 'k.organization_id')
    .join('accounts as a', 'a.id', 'k.account_id')
    .joinRaw(BALANCE)
    .select('k.*', 'b.posted', 'b.held', 'b.active', 'a.active as account_active')
    .select(trx.raw(ISSUER), trx.raw('to_jsonb(c) as currency'), trx.raw('to_jsonb(o) as organization'))
    .orderBy(['k.created_at', 'k.id'])
  return query
}

export type SystemCoin = {
  id: string
  type: string
  usage: 'accounting' | 'circulation'
  technical: boolean
  posted: string
  held: string
  issuer: IssuerRow
  currency: CurrencyRow
}

export async function listSystemCoins(trx: Knex): Promise<SystemCoin[]> {
  return trx('book_accounts as k')
    .join('issuers as i', 'i.id', 'k.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .joinRaw(BALANCE)
    .whereRaw('not k.strict')
    .select('k.id', 'k.type', 'k.usage', 'k.technical', 'b.posted', 'b.held')
    .select(trx.raw(ISSUER), trx.raw('to_jsonb(c) as currency'))
    .orderBy(['i.sn', 'k.id'])
}
