import type { Knex } from 'knex'
import type { OrganizationType } from '../identity/organizations.ts'

export type AccountRow = {
  id: string
  project_id: string
  /** Counts accounts; a bigint, so it arrives as text. */
  uid: string
  /** Null: the one that holds the coins which its client opened by themselves. */
  type: string | null
  external_id: string | null
  organization_id: string
  active: boolean
  own: boolean
  created_by: string | null
  created_at: Date
  updated_at: Date
}

/** With what is shown of its project and owner. */
export type Account = AccountRow & {
  project_key: string
  owner_name: string
  owner_type: OrganizationType
  /** Of the owner's first member. */
  owner_email: string | null
}

type Told = Pick<AccountRow, 'uid' | 'active' | 'type' | 'external_id' | 'organization_id' | 'own'>

/** What the audit trail keeps of it. */
export function accountFacts({ uid, active, type, external_id, organization_id, own }: Told) {
  return { uid: Number(uid), active, type, externalId: external_id, organizationId: organization_id, own }
}

type NewAccount = Pick<AccountRow, 'id' | 'project_id' | 'organization_id' | 'created_by'> &
  Partial<Pick<AccountRow, 'type' | 'external_id' | 'active' | 'own'>>

/** False where the project has the external id already. */
export async function addAccount(trx: Knex, row: NewAccount): Promise<boolean> {
  const added = await trx<AccountRow>('accounts')
    .insert(row)
    .onConflict(['project_id', 'external_id'])
    .ignore()
    .returning('id')
  return added.length === 1
}

type NewRow = Required<Omit<NewAccount, 'own'>>

/** @returns those that were added: not one whose external id the project has already */
export async function addAccounts(
  trx: Knex,
  rows: readonly NewRow[],
): Promise<(NewRow & Pick<AccountRow, 'uid' | 'own'>)[]> {
  const added = await trx.raw<{ rows: Pick<AccountRow, 'id' | 'uid'>[] }>(
    `insert into accounts (id, project_id, organization_id, type, external_id, active, created_by)
       select id, project_id, organization_id, type, external_id, active, created_by
         from jsonb_to_recordset(?::jsonb) r (id text, project_id text, organization_id text, type text, external_id text,
           active boolean, created_by text)
       on conflict (project_id, external_id) do nothing returning id, uid`,
    [JSON.stringify(rows)],
  )
  const uids = new Map(added.rows.map(({ id, uid }) => [id, uid]))
  return rows.flatMap((row) => {
    const uid = uids.get(row.id)
    return uid === undefined ? [] : [{ ...row, uid, own: false }]
  })
}

/**
 * The account for the coins that a client opens by themselves; it is made with the first of them. The caller holds the
 * owner's lock.
 */
export async function ensureOwnAccount(
  trx: Knex,
  fresh: NewAccount,
): Promise<{ account: AccountRow; isNew: boolean }> {
  const owned = { organization_id: fresh.organization_id, own: true }
  const found = await trx<AccountRow>('accounts').where(owned).first()
  if (found) return { account: found, isNew: false }
  const [account] = await trx<AccountRow>('accounts')
    .insert({ ...fresh, own: true, active: true })
    .returning('*')
  if (!account) throw new Error('an insert returned no row')
  return { account, isNew: true }
}

/** What is shown of accounts that `from` gives: a table or query, by the name a. */
export function shownAccounts(trx: Knex, from: Knex.QueryBuilder | string): Knex.QueryBuilder {
  return trx
    .from(typeof from === 'string' ? { a: from } : from.as('a'))
    .join('organizations as o', 'o.id', 'a.organization_id')
    .join('projects as p', 'p.id', 'a.project_id')
    .select('a.*', 'p.key as project_key', 'o.name as owner_name', 'o.type as owner_type')
    .select(
      trx.raw(`(select m.email from members m where m.organization_id = o.id
        order by m.created_at, m.id limit 1) as owner_email`),
    )
}

export async function findAccount(trx: Knex, id: string): Promise<Account | undefined> {
  const row: Account | undefined = await shownAccounts(trx, 'accounts').where('a.id', id).first()
  return row
}

export async function listAccountsOf(trx: Knex, organizationId: string, max: number): Promise<Account[]> {
  return shownAccounts(trx, 'accounts')
    .where('a.organization_id', organizationId)
    .orderBy([
      { column: 'a.created_at', order: 'desc' },
      { column: 'a.id', order: 'desc' },
    ])
    .limit(max)
}

/** The account as it is, locked until the transaction ends; whoever locks coins as well locks it first. */
export async function lockAccount(trx: Knex, id: string): Promise<Account | undefined> {
  await trx<AccountRow>('accounts').where({ id }).forNoKeyUpdate().first('id')
  return findAccount(trx, id)
}

/** Several, in one order. */
export async function lockAccounts(trx: Knex, ids: readonly string[]): Promise<void> {
  await trx.raw('select 1 from accounts where id = any(?) order by id for no key update', [[...ids]])
}

/** It must exist, and be locked. False where the project has the external id already; then nothing was done. */
export async function changeAccount(
  trx: Knex,
  id: string,
  changes: { readonly type?: string | undefined; readonly external_id?: string | null | undefined },
): Promise<boolean> {
  try {
    await trx.transaction((inner) =>
      inner('accounts')
        .where({ id })
        .update({ ...changes, updated_at: inner.fn.now() }),
    )
    return true
  } catch (error) {
    const isTaken = error instanceof Error && 'constraint' in error && error.constraint === ONE_OF_A_NAME
    if (isTaken) return false
    throw error
  }
}

const ONE_OF_A_NAME = 'accounts_project_id_external_id_key'

/** All that is on in it moves from now on, or nothing does. It waits for the steps that are under way. */
export async function switchAccount(trx: Knex, account: AccountRow, active: boolean): Promise<void> {
  await trx.raw('select switch_account(?, ?, ?)', [account.project_id, account.id, active])
}
