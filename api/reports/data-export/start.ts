import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import type { ExportSubject } from '#db/reports/export-cursor.ts'
import { addExport, countPendingExports, removeSomeOfExport } from '#db/reports/exports.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller, Reply } from '../../http/endpoint.ts'
import { notStarted, Problem } from '../../http/problem.ts'

/** Files take room until they are removed, and one person reads one at a time. */
const PENDING_MAX = 3

export const startAnswers = {
  202: {
    description: 'It is being made; ask how far it is',
    body: z.strictObject({ status: z.literal('ok'), jobKey: z.string() }),
  },
}

export type ExportWish = {
  readonly subject: ExportSubject
  /** Whose; null for all of the project. */
  readonly organizationId: string | null
  readonly filter: object
}

export async function startExport(
  { db, reports, newId }: ApiDeps,
  caller: Caller,
  wish: ExportWish,
): Promise<Reply> {
  const jobKey = newId('exp')
  const { projectId } = caller
  await inProject(db, projectId, (trx) => add(trx, caller, { jobKey, wish }))
  try {
    await reports.start({ kind: 'export', id: jobKey, projectId })
  } catch {
    // Nobody has heard of it, so it need not be made; a workflow that did start finds nothing and ends.
    await inProject(db, projectId, (trx) => removeSomeOfExport(trx, jobKey, 1))
    throw notStarted('export')
  }
  const headers = { Location: `/api/v1/data-export/info/${jobKey}` }
  return { status: 202, headers, body: { status: 'ok', jobKey } }
}

async function add(trx: Knex, caller: Caller, { jobKey, wish }: { jobKey: string; wish: ExportWish }) {
  if ((await countPendingExports(trx, caller.personId)) >= PENDING_MAX) throw tooMany()
  const { subject, organizationId, filter } = wish
  await addExport(trx, {
    id: jobKey,
    project_id: caller.projectId,
    asked_by: caller.personId,
    organization_id: organizationId,
    subject,
    filter,
  })
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'data_export.create',
      subjectType: 'data_export',
      subjectId: jobKey,
      after: { subject, organizationId, filter },
    },
  ])
}

function tooMany(): Problem {
  const message = `at most ${PENDING_MAX} exports of one person are made at a time; wait until one is complete`
  return new Problem(409, 'too_many_exports', {
    detail: message,
    errors: [{ parameter: 'Authorization', message }],
  })
}
