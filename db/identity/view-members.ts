import type { Knex } from 'knex'
import type { Role } from '#domain/identity/role.ts'
import { readPage, type PageOf } from '../page.ts'
import { selectMembers, type MemberRecord } from './members.ts'

export type MembersAsked = {
  readonly personIds?: readonly string[] | undefined
  readonly organizationIds?: readonly string[] | undefined
  readonly roles?: readonly Role[] | undefined
  readonly email?: string | undefined
  readonly phone?: string | undefined
  readonly active?: boolean | undefined
  readonly frozen?: boolean | undefined
  readonly emailVerified?: boolean | undefined
  readonly phoneVerified?: boolean | undefined
  /** Part of a name, an e-mail address or a phone number. */
  readonly text?: string | undefined
  /** Part of the organization's name. */
  readonly clientName?: string | undefined
  readonly sort: { readonly field: 'createdAt' | 'active'; readonly direction: 'asc' | 'desc' }
  readonly page: { pageNumber: number; pageSize: number; countMax: number }
}

const COLUMNS = { createdAt: 'm.created_at', active: 'm.active' } as const

export async function viewMembers(trx: Knex, asked: MembersAsked): Promise<PageOf<MemberRecord>> {
  const query = selectMembers(trx)
  const equal = {
    'm.email': asked.email,
    'm.phone': asked.phone,
    'm.active': asked.active,
    'm.email_verified': asked.emailVerified,
    'm.phone_verified': asked.phoneVerified,
  }
  const within = {
    'm.person_id': asked.personIds,
    'm.organization_id': asked.organizationIds,
    'm.role': asked.roles,
  }
  for (const [column, value] of Object.entries(equal))
    if (value !== undefined) void query.where(column, value)
  for (const [column, values] of Object.entries(within)) if (values) void query.whereIn(column, values)
  if (asked.frozen === true) void query.whereNotNull('o.frozen_at')
  if (asked.frozen === false) void query.whereNull('o.frozen_at')
  if (asked.text !== undefined) {
    const part = containing(asked.text)
    void query.whereRaw('(m.name ilike ? or m.email ilike ? or m.phone ilike ?)', [part, part, part])
  }
  if (asked.clientName !== undefined) void query.whereILike('o.name', containing(asked.clientName))
  const { field, direction } = asked.sort
  void query.orderBy([
    { column: COLUMNS[field], order: direction },
    { column: 'm.id', order: direction },
  ])
  return readPage(trx, query, asked.page)
}

/** The text itself, wherever it stands: `%` and `_` in it stand for themselves. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
}
