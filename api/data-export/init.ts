import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { addExport, countPendingExports, removeSomeOfExport } from '#db/exports.ts'
import { endpoint, type Caller } from '../endpoint.ts'
import { historyViewBody } from '../operations/filter.ts'
import { seesAll } from '../operations/read-process.ts'
import { Problem } from '../problem.ts'

/** Files take room until they are removed, and one person reads one at a time. */
const PENDING_MAX = 3

const body = z.strictObject({ filter: historyViewBody.shape.filter })
type Filter = z.infer<typeof body>['filter']

export const initDataExport = endpoint({
  method: 'post',
  path: '/data-export/init',
  family: 'Data export',
  summary: 'Have a file made of the operations that a filter lets through',
  description:
    'The filter of `/transactions/view`: clients get their own operations, staff all. Newest first, up to a million, those that there are now. Each is shown as it is when its page is written.',
  access: 'TRANSACTION_VIEWER',
  body,
  answers: {
    202: {
      description: 'It is being made; ask how far it is',
      body: z.strictObject({ status: z.literal('ok'), jobKey: z.string() }),
    },
  },
  async handle({ body: asked, caller }, { db, reports, newId }) {
    const jobKey = newId('exp')
    const { projectId } = caller
    await inProject(db, projectId, (trx) => add(trx, caller, { jobKey, filter: asked.filter ?? {} }))
    try {
      await reports.start({ kind: 'export', id: jobKey, projectId })
    } catch {
      // Nobody has heard of it, so it need not be made; a workflow that did start finds nothing and ends.
      await inProject(db, projectId, (trx) => removeSomeOfExport(trx, jobKey, 1))
      throw new Problem(503, 'unavailable', {
        detail: 'The export could not be started; try again.',
        headers: { 'Retry-After': '5' },
      })
    }
    const headers = { Location: `/api/v1/data-export/info/${jobKey}` }
    return { status: 202, headers, body: { status: 'ok', jobKey } }
  },
})

async function add(trx: Knex, caller: Caller, job: { jobKey: string; filter: NonNullable<Filter> }) {
  if ((await countPendingExports(trx, caller.personId)) >= PENDING_MAX) throw tooMany()
  const { jobKey, filter } = job
  const organizationId = seesAll(caller) ? null : caller.organizationId
  await addExport(trx, {
    id: jobKey,
    project_id: caller.projectId,
    asked_by: caller.personId,
    organization_id: organizationId,
    filter,
  })
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'data_export.create',
      subjectType: 'data_export',
      subjectId: jobKey,
      after: { organizationId, filter },
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
