import type { Knex } from 'knex'
import { inProject, type Database } from '../connection.ts'
import { findProjectOf } from '../identity/project-of.ts'

export type InboxRow = {
  id: string
  project_id: string
  platform: string
  event_id: string
  type: string
  reference: string
  operation_id: string | null
  outcome: string | null
  /** What the call says of the amount, as the platform writes it. */
  amount: string | null
  currency: string | null
}

/** A call as it comes. */
export type Told = Omit<InboxRow, 'outcome'>

/** Stores a platform's call once; a second one of the same event gives the first. */
export async function addToInbox(trx: Knex, row: Told): Promise<InboxRow> {
  await trx('inbox').insert(row).onConflict(['project_id', 'platform', 'event_id']).ignore()
  const stored: InboxRow = await trx('inbox')
    .where({ project_id: row.project_id, platform: row.platform, event_id: row.event_id })
    .first()
  if (stored.id === row.id && row.operation_id !== null) {
    await trx('project_of')
      .insert({ id: row.operation_id, project_id: row.project_id })
      .onConflict('id')
      .ignore()
  }
  return stored
}

export async function setInboxOutcome(trx: Knex, id: string, outcome: string): Promise<void> {
  await trx('inbox').where({ id }).update({ outcome, handled_at: trx.fn.now() })
}

/** In no order, so that some that cannot be handed on never keep the others waiting. */
export async function listUnhandled(
  trx: Knex,
  asked: { olderThanMs: number; max: number },
): Promise<InboxRow[]> {
  return trx('inbox')
    .whereNull('handled_at')
    .whereRaw("created_at < now() - ? * interval '1 millisecond'", [asked.olderThanMs])
    .orderByRaw('random()')
    .limit(asked.max)
}

/** The call that told of the return which this operation is to book. */
export async function findInboxReturn(db: Database, operationId: string): Promise<InboxRow | undefined> {
  const projectId = await findProjectOf(db, operationId)
  if (projectId === undefined) return undefined
  return inProject(db, projectId, async (trx): Promise<InboxRow | undefined> =>
    trx('inbox').where({ operation_id: operationId }).first(),
  )
}
