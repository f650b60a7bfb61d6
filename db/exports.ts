import type { Knex } from 'knex'
import { wireRequestStatus, wireStatus, wireType } from '#domain/operation.ts'
import { formatAmount } from '#domain/money.ts'
import { filterOperations, narrowToOrganization, type OperationFilter } from './operation-filter.ts'
import { operationsQuery, type OperationRow } from './operations.ts'

export type ExportRow = {
  id: string
  project_id: string
  asked_by: string
  /** Whose operations; null for all of the project. */
  organization_id: string | null
  filter: object
  state: 'pending' | 'complete'
  row_count: string
  page_count: number
  /** There are more operations than an export may have, and the oldest are not in it. */
  is_capped: boolean
  cursor_at: Date
  cursor_id: string | null
  created_at: Date
  completed_at: Date | null
}

/** One operation as the file shows it. Amounts in major units. */
export type ExportRecord = Readonly<Record<ExportField, string | null>>
export const EXPORT_FIELDS = [
  'id',
  'requestIdentifier',
  'type',
  'status',
  'requestStatus',
  'phase',
  'createdAt',
  'updatedAt',
  'coinSerial',
  'counterCoinSerial',
  'organization',
  'currency',
  'amount',
  'senderAmount',
  'recipientAmount',
  'commission',
  'fullName',
  'iban',
  'bankAccountNumber',
  'bank',
  'bic',
  'bankReference',
  'description',
  'refusal',
  'reason',
] as const
export type ExportField = (typeof EXPORT_FIELDS)[number]

type NewExport = Pick<ExportRow, 'id' | 'project_id' | 'asked_by' | 'organization_id'> & {
  readonly filter: OperationFilter
}

/** Operations that come after it are not in it. */
export async function addExport(trx: Knex, row: NewExport): Promise<void> {
  await trx('exports').insert({ ...row, filter: JSON.stringify(row.filter) })
  await trx('project_of').insert({ id: row.id, project_id: row.project_id })
}

export async function countPendingExports(trx: Knex, personId: string): Promise<number> {
  // Two calls of one person at once would both find room.
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 14))', [personId])
  const row = await trx('exports')
    .where({ asked_by: personId, state: 'pending' })
    .count('id as count')
    .first()
  return Number(row?.['count'])
}

export async function findExport(trx: Knex, id: string): Promise<ExportRow | undefined> {
  return trx('exports').where({ id }).first()
}

export type ExportLimits = { readonly pageSize: number; readonly rowsMax: number }

/**
 * Writes the page after the last one, and moves the cursor with it. One after another: the row is locked meanwhile.
 * @returns what is there now; undefined where the export is gone
 */
export async function writeExportPage(
  trx: Knex,
  id: string,
  { pageSize, rowsMax }: ExportLimits,
): Promise<ExportRow | undefined> {
  const job: ExportRow | undefined = await trx('exports').where({ id }).forUpdate().first()
  if (job?.state !== 'pending') return job
  const written = Number(job.row_count)
  const room = Math.min(pageSize, rowsMax - written)
  // One more than fits says whether something is left.
  const found = await readAfterCursor(trx, job, room + 1)
  const rows = found.slice(0, room)
  const last = rows.at(-1)
  const isCapped = found.length > room && written + rows.length === rowsMax
  const isDone = isCapped || found.length <= room
  if (last)
    await trx('export_pages').insert({
      export_id: id,
      page: job.page_count,
      project_id: job.project_id,
      records: JSON.stringify(rows.map(toRecord)),
    })
  const [changed]: ExportRow[] = await trx('exports')
    .where({ id })
    .update({
      row_count: written + rows.length,
      page_count: job.page_count + (last ? 1 : 0),
      is_capped: isCapped,
      ...(last ? { cursor_at: last.cursor_at, cursor_id: last.id } : {}),
      ...(isDone ? { state: 'complete', completed_at: trx.fn.now() } : {}),
    })
    .returning('*')
  return changed
}

type Found = OperationRow & {
  /** With its microseconds, which a Date has not. */
  cursor_at: string
  coin_serial: string | null
  counter_coin_serial: string | null
  organization_name: string
}

async function readAfterCursor(trx: Knex, job: ExportRow, max: number): Promise<Found[]> {
  const query = operationsQuery(trx)
    .leftJoin('coins as k', 'k.id', 'o.coin_id')
    .leftJoin('coins as kk', 'kk.id', 'o.counter_coin_id')
    .join('organizations as g', 'g.id', 'o.organization_id')
    .select('k.serial as coin_serial', 'kk.serial as counter_coin_serial', 'g.name as organization_name')
    .select(trx.raw('o.created_at::text as cursor_at'))
    .orderBy([
      { column: 'o.created_at', order: 'desc' },
      { column: 'o.id', order: 'desc' },
    ])
    .limit(max)
  // The cursor is compared where it stands: on the way through JavaScript it would lose its microseconds.
  const cursor = '(select cursor_at from exports where id = ?)'
  void query.whereRaw(`o.created_at <= ${cursor}`, [job.id])
  if (job.cursor_id !== null)
    void query.whereRaw(`(o.created_at, o.id) < (${cursor}, ?)`, [job.id, job.cursor_id])
  if (job.organization_id !== null) narrowToOrganization(trx, query, job.organization_id)
  await filterOperations(trx, query, readFilter(job.filter))
  return query
}

/** Moments come back from JSON as text. */
function readFilter(stored: object): OperationFilter {
  const { createdAtFrom, createdAtTo, ...same } = stored as Record<'createdAtFrom' | 'createdAtTo', string>
  return {
    ...same,
    ...(createdAtFrom === undefined ? {} : { createdAtFrom: new Date(createdAtFrom) }),
    ...(createdAtTo === undefined ? {} : { createdAtTo: new Date(createdAtTo) }),
  }
}

function toRecord(row: Found): ExportRecord {
  const amount = (minor: string) => formatAmount(BigInt(minor), row.fraction)
  return {
    id: row.id,
    requestIdentifier: row.request_identifier,
    type: wireType(row.kind),
    status: wireStatus(row.state),
    requestStatus: wireRequestStatus(row.state),
    phase: row.state,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    coinSerial: row.coin_serial,
    counterCoinSerial: row.counter_coin_serial,
    organization: row.organization_name,
    currency: row.currency_code,
    amount: amount(row.amount),
    senderAmount: amount(row.sender_amount),
    recipientAmount: amount(row.recipient_amount),
    commission: amount(row.commission),
    fullName: row.full_name,
    iban: row.iban,
    bankAccountNumber: row.account_number,
    bank: row.bank_name,
    bic: row.bic,
    bankReference: row.platform_reference,
    description: row.description,
    refusal: row.refusal,
    reason: row.reason,
  }
}

export async function readExportPage(
  trx: Knex,
  id: string,
  page: number,
): Promise<readonly ExportRecord[] | undefined> {
  const row: { records: ExportRecord[] } | undefined = await trx('export_pages')
    .where({ export_id: id, page })
    .first('records')
  return row?.records
}

/** Some pages at a time, and the export with the last of them. @returns whether something is left */
export async function removeSomeOfExport(trx: Knex, id: string, pages: number): Promise<boolean> {
  const some = trx('export_pages').where({ export_id: id }).limit(pages).select('page')
  const removed = await trx('export_pages').where({ export_id: id }).whereIn('page', some).delete()
  if (removed === pages) return true
  await trx('exports').where({ id }).delete()
  return false
}
