import type { Knex } from 'knex'
import { inProject, type Database } from '../connection.ts'

export type PlatformAnswerRow = {
  operationId: string
  call: 'send' | 'look_up'
  kind: string
  platformReference?: string | undefined
  reason?: string | undefined
}

export async function addPlatformAnswer(
  db: Database,
  projectId: string,
  answer: PlatformAnswerRow,
): Promise<void> {
  await inProject(db, projectId, async (trx) => {
    await trx('platform_answers').insert({
      project_id: projectId,
      operation_id: answer.operationId,
      call: answer.call,
      kind: answer.kind,
      platform_reference: answer.platformReference,
      reason: answer.reason,
    })
  })
}

export async function lastRefusalReason(
  db: Database,
  projectId: string,
  operationId: string,
): Promise<string | undefined> {
  return inProject(db, projectId, async (trx) => {
    const row: { reason: string | null } | undefined = await trx('platform_answers')
      .where({ operation_id: operationId, kind: 'refused' })
      .orderBy('id', 'desc')
      .first('reason')
    return row?.reason ?? undefined
  })
}

type SendMark = { readonly operationId: string; readonly send: number }

/** False where this send was marked before: then it may have gone out, and has to be looked up instead. */
export async function markOrderSend(db: Database, projectId: string, mark: SendMark): Promise<boolean> {
  return inProject(db, projectId, (trx) => addSendMark(trx, projectId, mark))
}

/** The same, with what has to be written down before it goes out. */
export async function addSendMark(
  trx: Knex,
  projectId: string,
  { operationId, send }: SendMark,
): Promise<boolean> {
  const added: unknown[] = await trx('order_sends')
    .insert({ project_id: projectId, operation_id: operationId, send })
    .onConflict(['operation_id', 'send'])
    .ignore()
    .returning('send')
  return added.length === 1
}

/** When the order last went out, or may have. */
export async function findLastSend(
  db: Database,
  projectId: string,
  operationId: string,
): Promise<Date | undefined> {
  return inProject(db, projectId, (trx) => readLastSend(trx, operationId))
}

export async function readLastSend(trx: Knex, operationId: string): Promise<Date | undefined> {
  const row: { at: Date } | undefined = await trx('order_sends')
    .where({ operation_id: operationId })
    .orderBy('at', 'desc')
    .first('at')
  return row?.at
}

/** It certainly has not gone out: the mark may be made again. */
export async function unmarkOrderSend(
  db: Database,
  projectId: string,
  { operationId, send }: SendMark,
): Promise<void> {
  await inProject(db, projectId, async (trx) => {
    await trx('order_sends').where({ operation_id: operationId, send }).delete()
  })
}
