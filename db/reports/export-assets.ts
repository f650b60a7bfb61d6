import type { Knex } from 'knex'
import { formatAmount } from '#domain/money.ts'
import { narrowAssets, shownAssets, type Asset, type AssetFilter } from '../accounts/assets.ts'
import { afterCursor, type ExportedRow, type ExportRow } from './export-cursor.ts'

/** What an import reads, and what tells them apart and what is on them. */
export const ASSET_FIELDS = [
  'id',
  'uid',
  'serial',
  'account',
  'currency',
  'issuerId',
  'externalId',
  'address',
  'bank',
  'platform',
  'owner',
  'active',
  'amount',
  'available',
  'createdAt',
] as const

type Found = Asset & { cursor_at: string }

export async function readAssetsAfter(trx: Knex, job: ExportRow, max: number): Promise<ExportedRow[]> {
  const query = trx('coins as k')
    .whereNull('k.closed_at')
    .select('k.*', trx.raw('k.created_at::text as cursor_at'))
    .orderBy([
      { column: 'k.created_at', order: 'desc' },
      { column: 'k.id', order: 'desc' },
    ])
    .limit(max)
  afterCursor(query, job, 'k')
  const filter: AssetFilter = { ...job.filter, organizationId: job.organization_id ?? undefined }
  if (!(await narrowAssets(trx, query, filter))) return []
  const rows: Found[] = await shownAssets(trx, query).orderBy([
    { column: 'k.created_at', order: 'desc' },
    { column: 'k.id', order: 'desc' },
  ])
  return rows.map((row) => ({ id: row.id, cursor_at: row.cursor_at, record: toRecord(row) }))
}

function toRecord(row: Asset): Record<(typeof ASSET_FIELDS)[number], string | null> {
  const say = (minor: bigint) => formatAmount(minor, row.fraction)
  return {
    id: row.id,
    uid: row.uid,
    serial: row.serial,
    account: row.account_id,
    currency: row.currency_code,
    issuerId: row.issuer_id,
    externalId: row.external_id,
    address: row.address,
    bank: row.bank_id,
    platform: row.platform_label,
    owner: row.organization_id,
    active: String(row.active),
    amount: say(BigInt(row.posted)),
    available: say(BigInt(row.posted) - BigInt(row.held)),
    createdAt: row.created_at.toISOString(),
  }
}
