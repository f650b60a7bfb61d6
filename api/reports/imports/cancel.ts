import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { changeImport, lockImport, type ImportRow, type ImportState } from '#db/reports/imports.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { conflict, notFound } from '../../http/problem.ts'
import { demandImport, importBody, importParams, importSchema } from './import.ts'

export const cancelImport = endpoint({
  method: 'post',
  path: '/imports/:id/cancel',
  family: 'Imports',
  summary: 'Cancel an import that makes nothing yet',
  access: 'ACCOUNT_MANAGER',
  params: importParams,
  answers: { 200: { description: 'Cancelled: nothing was made', body: importSchema } },
  async handle({ params, caller }, { db }) {
    const cancelled = await inProject(db, caller.projectId, (trx) => cancel(trx, caller, params.id))
    return { status: 200, body: importBody(cancelled) }
  },
})

const BEFORE_ANYTHING: readonly ImportState[] = ['awaiting_file', 'waiting', 'validating']

async function cancel(trx: Knex, caller: Caller, id: string): Promise<ImportRow> {
  // Looked at first, for one that is applied as a whole is locked until it is over.
  demandEarly(await demandImport(trx, id))
  const job = await lockImport(trx, id)
  if (!job) throw notFound('id', 'import')
  demandEarly(job)
  const cancelled = await changeImport(trx, id, { state: 'cancelled', ended_at: trx.fn.now() })
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'import.cancel',
      subjectType: 'import',
      subjectId: id,
      before: { state: job.state },
      after: { state: cancelled.state },
    },
  ])
  return cancelled
}

function demandEarly({ state }: ImportRow): void {
  if (BEFORE_ANYTHING.includes(state)) return
  const message = state === 'applying' ? 'is being applied' : `has ended: ${state.replaceAll('_', ' ')}`
  throw conflict('import_not_cancelled', 'id', message)
}
