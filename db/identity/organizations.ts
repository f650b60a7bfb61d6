import type { Knex } from 'knex'
import { readPage, type PageOf } from '../page.ts'
import type { Freeze } from './freezes.ts'
import type { LegalType } from './one-time-codes.ts'

export const ORGANIZATION_TYPES = ['system', 'individual', 'merchant', 'cash_desk', 'support'] as const
export type OrganizationType = (typeof ORGANIZATION_TYPES)[number]

export const IDENTIFICATION_STATUSES = [
  'none',
  'pending',
  'approved',
  'declined',
  'review_required',
  'not_available',
] as const
export type IdentificationStatus = (typeof IDENTIFICATION_STATUSES)[number]

export type OrganizationRow = {
  id: string
  project_id: string
  type: OrganizationType
  name: string
  identification_status: IdentificationStatus
  legal_type: LegalType | null
  referral_link: string | null
  created_at: Date
} & Freeze

export async function addOrganization(
  trx: Knex,
  row: Pick<OrganizationRow, 'id' | 'project_id' | 'type' | 'name'> &
    Partial<Pick<OrganizationRow, 'legal_type' | 'referral_link'>>,
): Promise<OrganizationRow> {
  const [added] = await trx<OrganizationRow>('organizations').insert(row).returning('*')
  if (!added) throw new Error('an insert returned no row')
  return added
}

export async function findOrganization(trx: Knex, id: string): Promise<OrganizationRow | undefined> {
  return trx<OrganizationRow>('organizations').where({ id }).first()
}

export type OrganizationsAsked = {
  readonly ids?: readonly string[] | undefined
  readonly types?: readonly OrganizationType[] | undefined
  readonly frozen?: boolean | undefined
  readonly direction: 'asc' | 'desc'
  readonly page: { pageNumber: number; pageSize: number; countMax: number }
}

export async function listOrganizations(
  trx: Knex,
  { ids, types, frozen, direction, page }: OrganizationsAsked,
): Promise<PageOf<OrganizationRow>> {
  const query = trx<OrganizationRow>('organizations').select()
  if (ids) void query.whereIn('id', ids)
  if (types) void query.whereIn('type', types)
  if (frozen === true) void query.whereNotNull('frozen_at')
  if (frozen === false) void query.whereNull('frozen_at')
  void query.orderBy([
    { column: 'created_at', order: direction },
    { column: 'id', order: direction },
  ])
  return readPage(trx, query, page)
}
