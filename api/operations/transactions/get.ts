import type { Knex } from 'knex'
import { z } from 'zod'
import { findCoinFactsById } from '#db/accounts/coin-facts.ts'
import { inSnapshot } from '#db/connection.ts'
import { listDecisions, listSteps, type StepRow } from '#db/operations/operation-details.ts'
import { findOperation, type OperationRow } from '#db/operations/operations.ts'
import { isFinal } from '#domain/operations/operation.ts'
import { hasWorkflow, workflowIdOf } from '#domain/operations/workflow-id.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { readHoldBacks } from '../hold-backs.ts'
import { processDetailSchema } from '../process-schema.ts'
import { readProcess, seesAll } from '../read-process.ts'
import { notFound } from '../../http/problem.ts'

export const getTransaction = endpoint({
  method: 'get',
  path: '/transactions/:id',
  family: 'History',
  summary: 'One operation with its postings, decisions, timeline and workflow',
  access: 'TRANSACTION_VIEWER',
  params: z.object({ id: text(64) }),
  answers: {
    200: {
      description: 'As it is now',
      body: z.strictObject({ status: z.literal('ok'), process: processDetailSchema }),
    },
  },
  async handle({ params, caller }, { db, temporalUiUrl, now }) {
    const process = await inSnapshot(db, caller.projectId, async (trx) => {
      const row = await findVisible(trx, caller, params.id)
      const [steps, decisions] = [await listSteps(trx, row.id), await listDecisions(trx, row.id)]
      return {
        ...(await readProcess(trx, row)),
        decisions: decisions.map(({ person_id, verb, role, on_behalf_of, at }) => ({
          personId: person_id,
          decision: verb,
          role,
          onBehalfOf: on_behalf_of,
          at: at.toISOString(),
        })),
        holdBacks: seesAll(caller) ? await readHoldBacks(trx, row, now()) : null,
        timeline: steps.map((step) => ({
          step: step.step,
          outcome: step.outcome,
          refusal: step.refusal,
          from: step.from_state,
          to: step.to_state,
          actorId: step.actor_id,
          at: step.at.toISOString(),
        })),
        workflow: workflowLink(row, steps, temporalUiUrl),
      }
    })
    return { status: 200, body: { status: 'ok', process } }
  },
})

/** Another organization's operation is not there for a client. */
async function findVisible(trx: Knex, caller: Caller, id: string): Promise<OperationRow> {
  const row = await findOperation(trx, id)
  if (!row || !(seesAll(caller) || (await isOf(trx, caller.organizationId, row))))
    throw notFound('id', 'operation')
  return row
}

/** On their coin, or a transfer to it. */
async function isOf(trx: Knex, organization: string, row: OperationRow): Promise<boolean> {
  if (row.organization_id === organization) return true
  const other = row.counter_coin_id === null ? undefined : await findCoinFactsById(trx, row.counter_coin_id)
  return other?.organization_id === organization
}

/** A transfer that its first step ended inside the request has no workflow. */
function workflowLink({ kind, id, rules }: OperationRow, [first]: readonly StepRow[], uiUrl: string) {
  const waits = rules.screening !== null || rules.approval !== null
  const isAtOnce = kind === 'transfer' && !waits && first !== undefined && isFinal(first.to_state)
  if (!hasWorkflow(kind) || isAtOnce) return null
  const workflowId = workflowIdOf(kind, id)
  return { id: workflowId, url: `${uiUrl}/workflows/${encodeURIComponent(workflowId)}` }
}
