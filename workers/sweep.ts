import type { Logger } from 'pino'
import { inProject, type Database } from '#db/connection.ts'
import { listWaitingImports } from '#db/reports/imports.ts'
import { listUnhandled } from '#db/platforms/inbox.ts'
import {
  listOpen,
  listUnregistered,
  markNeedsAttention,
  type WaitingOperation,
} from '#db/operations/operations.ts'
import { listProjectIds } from '#db/identity/project-of.ts'
import { closeTicket, countDelivery, listUndelivered, markHeard } from '#db/operations/tickets.ts'
import { describeError } from '#domain/describe-error.ts'
import { isFinal } from '#domain/operations/operation.ts'
import { hasWorkflow, type WorkflowKind } from '#domain/operations/workflow-id.ts'
import { deliverCall } from '#temporal/deliver-call.ts'
import { checkThatWaits, type Gateway } from '#temporal/gateway.ts'
import type { Reports } from '#temporal/reports.ts'

/** At most so many of each sort and project in one round; the rest comes in the next. */
const SWEEP_MAX = 50
const SUBMIT_DEADLINE_MS = 5_000

export type Sweep = {
  readonly db: Database
  readonly gateway: Gateway
  readonly reports: Reports
  readonly logger: Logger
  readonly afterMs: number
  readonly unchangedMs: number
}

/**
 * What was acknowledged happens, though the process that took it died: wishes without a verdict are submitted again,
 * decisions without an outcome, or whose workflow may not know of it, delivered again, platforms' calls handed on, imports
 * whose file is here started, and operations whose workflow is gone are put before a person. Everything it does is safe to do twice, so several sweepers
 * may run.
 */
export async function sweep(deps: Sweep): Promise<void> {
  for (const projectId of await listProjectIds(deps.db)) {
    const asked = { olderThanMs: deps.afterMs, max: SWEEP_MAX }
    const found = await inProject(deps.db, projectId, async (trx) => ({
      unregistered: await listUnregistered(trx, asked),
      tickets: await listUndelivered(trx, asked),
      calls: await listUnhandled(trx, asked),
      imports: await listWaitingImports(trx, asked),
      open: await listOpen(trx, { unchangedMs: deps.unchangedMs, max: SWEEP_MAX }),
    }))
    for (const operation of found.unregistered)
      await attempt(deps, () => submitAgain(deps, projectId, operation))
    for (const ticket of found.tickets) await attempt(deps, () => deliverAgain(deps, projectId, ticket))
    for (const call of found.calls) await attempt(deps, () => deliverCall(deps.db, deps.gateway, call))
    for (const { id } of found.imports)
      await attempt(deps, () => deps.reports.start({ kind: 'import', id, projectId }))
    for (const operation of found.open) await attempt(deps, () => findLost(deps, projectId, operation))
  }
}

/** One that cannot be swept now must not keep the others waiting. */
async function attempt({ logger }: Sweep, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    logger.warn({ error: describeError(error) }, 'not swept, will be tried again')
  }
}

async function submitAgain(
  { db, gateway }: Sweep,
  projectId: string,
  operation: WaitingOperation,
): Promise<void> {
  const { id, platform } = operation
  const kind = workflowKind(operation)
  if (kind === 'return') {
    await gateway.startReturn({
      id,
      projectId,
      platform,
      summary: `Returned payout ${operation.request_identifier}`,
    })
    return
  }
  const summary = `${kind.replaceAll('_', '-')} ${operation.request_identifier}`
  const answer = await gateway.submit({ id, kind, projectId, platform, summary }, SUBMIT_DEADLINE_MS)
  if (answer === 'closed') await putBeforePerson(db, projectId, id)
}

async function deliverAgain(
  { db, gateway }: Sweep,
  projectId: string,
  ticket: Awaited<ReturnType<typeof listUndelivered>>[number],
): Promise<void> {
  const delivered = await gateway.deliver({
    operation: ticket.operation_id,
    kind: workflowKind(ticket),
    check: checkThatWaits(ticket.outcome === null ? ticket : { ...ticket, state: ticket.decided_in }),
    verb: ticket.verb,
    ticket: ticket.id,
  })
  await inProject(db, projectId, async (trx) => {
    await countDelivery(trx, ticket.id)
    await markHeard(trx, ticket.id)
  })
  if (delivered === 'delivered') return
  if (isFinal(ticket.state)) await inProject(db, projectId, (trx) => closeTicket(trx, ticket.id, 'late'))
}

async function findLost(
  { db, gateway }: Sweep,
  projectId: string,
  operation: WaitingOperation,
): Promise<void> {
  if (await gateway.isOpen(workflowKind(operation), operation.id)) return
  await putBeforePerson(db, projectId, operation.id)
}

function putBeforePerson(db: Database, projectId: string, id: string): Promise<void> {
  return inProject(db, projectId, (trx) =>
    markNeedsAttention(trx, id, 'The operation is not final, but its workflow has ended.'),
  )
}

function workflowKind({ kind }: Pick<WaitingOperation, 'kind'>): WorkflowKind {
  if (!hasWorkflow(kind)) throw new Error(`a ${kind} has no workflow`)
  return kind
}
