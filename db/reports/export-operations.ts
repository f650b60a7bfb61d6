import type { Knex } from 'knex'
import { formatAmount } from '#domain/money.ts'
import { wireRequestStatus, wireStatus, wireType } from '#domain/operations/operation.ts'
import {
  filterOperations,
  inAnyPlace,
  placesOfOrganization,
  type OperationFilter,
} from '../operations/operation-filter.ts'
import { operationsQuery, type OperationRow } from '../operations/operations.ts'
import { afterCursor, type ExportedRow, type ExportRow } from './export-cursor.ts'

export const OPERATION_FIELDS = [
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
type OperationField = (typeof OPERATION_FIELDS)[number]

type Found = OperationRow & {
  /** With its microseconds, which a Date has not. */
  cursor_at: string
  coin_serial: string | null
  counter_coin_serial: string | null
  organization_name: string
}

export async function readOperationsAfter(trx: Knex, job: ExportRow, max: number): Promise<ExportedRow[]> {
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
  afterCursor(query, job, 'o')
  const places = await filterOperations(trx, query, readFilter(job.filter))
  if (job.organization_id !== null) places.push(await placesOfOrganization(trx, job.organization_id))
  inAnyPlace(query, places)
  const rows: Found[] = await query
  return rows.map((row) => ({ id: row.id, cursor_at: row.cursor_at, record: toRecord(row) }))
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

function toRecord(row: Found): Readonly<Record<OperationField, string | null>> {
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
