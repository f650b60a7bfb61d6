import type { Knex } from 'knex'
import { readPage, type PageOf } from '../page.ts'

export type AuditRow = {
  /** Counts from 1 in each project; a bigint, so it arrives as text. */
  seq: string
  at: Date
  actor_id: string | null
  actor_login: string | null
  source: string
  action: string
  subject_type: string
  subject_id: string
  before: unknown
  after: unknown
  hash: Buffer
}

export type AuditFilter = {
  readonly actorIds?: readonly string[] | undefined
  readonly actions?: readonly string[] | undefined
  readonly subjectTypes?: readonly string[] | undefined
  readonly subjectIds?: readonly string[] | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

/** Rows are numbered in the order in which they were written, so that is the order of time. */
export async function findAuditRows(
  trx: Knex,
  filter: AuditFilter,
  page: { pageNumber: number; pageSize: number; countMax: number; order: 'asc' | 'desc' },
): Promise<PageOf<AuditRow>> {
  const query = trx('audit_rows as a')
    .leftJoin('people as p', 'p.id', 'a.actor_id')
    .select('a.*', 'p.login as actor_login')
    .orderBy('a.seq', page.order)
  const lists = {
    'a.actor_id': filter.actorIds,
    'a.action': filter.actions,
    'a.subject_type': filter.subjectTypes,
    'a.subject_id': filter.subjectIds,
  }
  for (const [column, values] of Object.entries(lists)) if (values) void query.whereIn(column, values)
  if (filter.from) void query.where('a.at', '>=', filter.from)
  if (filter.to) void query.where('a.at', '<=', filter.to)
  return readPage<AuditRow>(trx, query, page)
}
