import type { Knex } from 'knex'

export type ExportRow = {
  id: string
  project_id: string
  asked_by: string
  subject: ExportSubject
  /** Whose they are; null for all of the project. */
  organization_id: string | null
  filter: object
  state: 'pending' | 'complete'
  row_count: string
  page_count: number
  /** There are more than an export may have, and the oldest are not in it. */
  is_capped: boolean
  cursor_at: Date
  cursor_id: string | null
  created_at: Date
  completed_at: Date | null
}

export const EXPORT_SUBJECTS = ['operations', 'accounts', 'assets'] as const
export type ExportSubject = (typeof EXPORT_SUBJECTS)[number]

/** One line of the file. Amounts in major units. */
export type ExportRecord = Readonly<Record<string, string | null>>

export type ExportedRow = {
  readonly id: string
  /** With its microseconds, which a Date has not. */
  readonly cursor_at: string
  readonly record: ExportRecord
}

/** What is older than the last that was written. @param table the name of what has `created_at` and `id` */
export function afterCursor(query: Knex.QueryBuilder, job: ExportRow, table: string): void {
  // The cursor is compared where it stands: on the way through JavaScript it would lose its microseconds.
  const cursor = '(select cursor_at from exports where id = ?)'
  void query.whereRaw(`${table}.created_at <= ${cursor}`, [job.id])
  if (job.cursor_id !== null)
    void query.whereRaw(`(${table}.created_at, ${table}.id) < (${cursor}, ?)`, [job.id, job.cursor_id])
}
