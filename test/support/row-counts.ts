import { inProject } from '#db/connection.ts'
import type { TestBook } from './book.ts'

const TABLES = [
  'operations',
  'operation_parties',
  'steps',
  'tickets',
  'decisions',
  'holds',
  'postings',
  'order_sends',
  'inbox',
  'outbox_events',
  'audit_rows',
  'coins',
  'banks',
] as const

/** What a call that was refused must leave as it was. */
export function countRows({ owner, projectId }: TestBook): Promise<Record<string, number>> {
  return inProject(owner, projectId, async (trx) => {
    const counts: Record<string, number> = {}
    for (const table of TABLES) {
      counts[table] = Number((await trx(table).count('* as n').first())?.['n'])
    }
    return counts
  })
}
