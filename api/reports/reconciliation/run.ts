import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { addRun, removeRun } from '#db/reports/reconciliation-runs.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notStarted } from '../../http/problem.ts'

export const runReconciliation = endpoint({
  method: 'post',
  path: '/reconciliation/run',
  family: 'Reconciliation',
  summary: 'Compare the book with itself and with the platforms now',
  description: 'What the schedule does every night.',
  access: 'RECONCILIATION_MANAGER',
  answers: {
    202: {
      description: 'It runs; `/reconciliation/runs/view` says how far it is',
      body: z.strictObject({ status: z.literal('ok'), runId: z.string() }),
    },
  },
  async handle({ caller }, { db, reports, newId }) {
    const runId = newId('rec')
    const { projectId, personId } = caller
    await inProject(db, projectId, async (trx) => {
      await addRun(trx, { id: runId, project_id: projectId, asked_by: personId, opened_for: null })
      await appendAudit(trx, projectId, [
        {
          actor: personId,
          source: 'api',
          action: 'reconciliation.run',
          subjectType: 'reconciliation_run',
          subjectId: runId,
        },
      ])
    })
    try {
      await reports.start({ kind: 'reconciliation', id: runId, projectId })
    } catch {
      // Nobody has heard of it; a workflow that did start finds nothing and ends.
      await inProject(db, projectId, (trx) => removeRun(trx, runId))
      throw notStarted('run')
    }
    return { status: 202, body: { status: 'ok', runId } }
  },
})
