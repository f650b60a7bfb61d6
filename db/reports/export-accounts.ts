import type { Knex } from 'knex'
import { narrowAccounts, type AccountFilter } from '../accounts/account-list.ts'
import { shownAccounts, type Account } from '../accounts/accounts.ts'
import { afterCursor, type ExportedRow, type ExportRow } from './export-cursor.ts'

/** What an import reads, and what tells them apart. */
export const ACCOUNT_FIELDS = [
  'id',
  'uid',
  'externalId',
  'type',
  'owner',
  'ownerName',
  'active',
  'createdAt',
] as const

type Found = Account & { cursor_at: string }

export async function readAccountsAfter(trx: Knex, job: ExportRow, max: number): Promise<ExportedRow[]> {
  const query = trx('accounts as a')
    .select('a.*', trx.raw('a.created_at::text as cursor_at'))
    .orderBy([
      { column: 'a.created_at', order: 'desc' },
      { column: 'a.id', order: 'desc' },
    ])
    .limit(max)
  afterCursor(query, job, 'a')
  if (!(await narrowAccounts(trx, query, readFilter(job)))) return []
  const rows: Found[] = await shownAccounts(trx, query).orderBy([
    { column: 'a.created_at', order: 'desc' },
    { column: 'a.id', order: 'desc' },
  ])
  return rows.map((row) => ({ id: row.id, cursor_at: row.cursor_at, record: toRecord(row) }))
}

/** Moments come back from JSON as text. */
function readFilter({ filter, organization_id }: ExportRow): AccountFilter {
  const { createdFrom, createdTo, ...same } = filter as Record<'createdFrom' | 'createdTo', string>
  return {
    ...same,
    organizationId: organization_id ?? undefined,
    ...(createdFrom === undefined ? {} : { createdFrom: new Date(createdFrom) }),
    ...(createdTo === undefined ? {} : { createdTo: new Date(createdTo) }),
  }
}

function toRecord(row: Account): Record<(typeof ACCOUNT_FIELDS)[number], string | null> {
  return {
    id: row.id,
    uid: row.uid,
    externalId: row.external_id,
    type: row.type,
    owner: row.organization_id,
    ownerName: row.owner_name,
    active: String(row.active),
    createdAt: row.created_at.toISOString(),
  }
}
