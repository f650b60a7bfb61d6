import type { Knex } from 'knex'
import { CLIENT_ROLES } from '#domain/identity/role.ts'
import type { OrganizationRow } from '../identity/organizations.ts'
import { containing } from '../identity/view-members.ts'
import { countUpTo, type PageOf } from '../page.ts'
import type { Slice } from './account-list.ts'

/** An organization that is a customer. */
export type Client = OrganizationRow & {
  /** Any of its members may sign in. */
  active: boolean
  /** Of its first member. */
  email: string | null
  phone: string | null
}

export type ClientFilter = {
  /** Part of a name, an e-mail address or a phone number. */
  readonly search?: string | undefined
  readonly active?: boolean | undefined
  readonly frozen?: boolean | undefined
  readonly type?: (typeof CLIENT_ROLES)[number] | undefined
}

const NEWEST = [
  { column: 'o.created_at', order: 'desc' },
  { column: 'o.id', order: 'desc' },
] as const

const HAS_ACTIVE = 'exists (select from members m where m.organization_id = o.id and m.active)'
const IS_NAMED = `(o.name ilike :part or exists (select from members m where m.organization_id = o.id
  and (m.name ilike :part or m.email ilike :part or m.phone ilike :part)))`

/** Newest first. */
export async function listClients(
  trx: Knex,
  { search, active, frozen, type }: ClientFilter,
  { limit, offset, countMax }: Slice,
): Promise<PageOf<Client>> {
  const query = trx('organizations as o').select('o.*')
  void query.whereIn('o.type', type === undefined ? [...CLIENT_ROLES] : [type])
  if (search !== undefined) void query.whereRaw(IS_NAMED, { part: containing(search) })
  if (active !== undefined) void query.whereRaw(active ? HAS_ACTIVE : `not ${HAS_ACTIVE}`)
  if (frozen === true) void query.whereNotNull('o.frozen_at')
  if (frozen === false) void query.whereNull('o.frozen_at')
  const total = await countUpTo(trx, query, countMax)
  const page = query
    .clone()
    .orderBy([...NEWEST])
    .limit(limit)
    .offset(offset)
  const rows: Client[] = await shownClients(trx, page).orderBy([...NEWEST])
  return { total, rows }
}

export async function findClient(trx: Knex, id: string): Promise<Client | undefined> {
  const [found]: Client[] = await shownClients(
    trx,
    trx('organizations')
      .where({ id })
      .whereIn('type', [...CLIENT_ROLES]),
  )
  return found
}

function shownClients(trx: Knex, organizations: Knex.QueryBuilder): Knex.QueryBuilder {
  const first = (column: string) =>
    trx.raw(
      `(select m.${column} from members m where m.organization_id = o.id order by m.created_at, m.id limit 1) as ${column}`,
    )
  return trx
    .from(organizations.as('o'))
    .select('o.*', trx.raw(`${HAS_ACTIVE} as active`), first('email'), first('phone'))
}
