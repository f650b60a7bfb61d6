import { inProject } from '#db/connection.ts'
import { findOperation, type OperationRow } from '#db/operations/operations.ts'
import { addTicket, closeTicket, hasDecided, markHeard } from '#db/operations/tickets.ts'
import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { readSituationOf } from '#db/operations/situation.ts'
import { judgeDecision } from '#domain/approvals/judge-decision.ts'
import { AWAITED, isFinal, wireStatus, type Verb } from '#domain/operations/operation.ts'
import type { Judgement } from '#domain/operations/step.ts'
import { hasWorkflow, type WorkflowKind } from '#domain/operations/workflow-id.ts'
import { checkThatWaits } from '#temporal/gateway.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Caller, Reply } from '../http/endpoint.ts'
import { conflict, notFound, refusalProblem } from '../http/problem.ts'
import { toProcess } from './process.ts'

export type Decision = {
  readonly operation: OperationRow
  readonly verb: Verb
  readonly detail?: object | undefined
}

/**
 * A person decides: the decision is committed as a ticket first, then carried to the workflow, and the answer is the true
 * state. Without an outcome in time it is 202, and the sweeper carries the ticket until it has one.
 */
export async function decide(deps: ApiDeps, caller: Caller, decision: Decision): Promise<Reply> {
  const { operation, verb } = decision
  if (isFinal(operation.state)) return answerAfterTheEnd(deps, caller, decision)
  const told = await foresee(deps, caller, decision)
  if (told) return told
  const ticket = await issueTicket(deps, caller, { ...decision, delivery: 'api', validUntil: null })
  const kind = decidableKind(operation)
  const answer = await deps.temporal.decide(
    { operation: operation.id, kind, check: checkThatWaits(operation), verb, ticket },
    deps.answerWithinMs,
  )
  if (answer === 'closed' || answer === 'later') {
    // Also without an answer the end may have come: a closing workflow turns away who comes that moment.
    const now = await inProject(deps.db, caller.projectId, (trx) => findOperation(trx, operation.id))
    if (!now || !isFinal(now.state)) return replyNow(deps, caller, { id: operation.id, status: 202 })
    await inProject(deps.db, caller.projectId, (trx) => closeTicket(trx, ticket, 'late'))
    return answerAfterTheEnd(deps, caller, { ...decision, operation: now })
  }
  // A workflow that knows nothing of the operation stands in its place: the sweeper puts it before a person.
  if (answer.outcome === 'unknown') return replyNow(deps, caller, { id: operation.id, status: 202 })
  if (answer.refusal !== null) throw refusalProblem(answer.refusal)
  if (answer.outcome === 'applied')
    return replyNow(deps, caller, { id: operation.id, status: 200, heard: ticket })
  return answerAfterTheEnd(deps, caller, {
    ...decision,
    operation: { ...operation, state: answer.state ?? operation.state },
  })
}

/** What the book would say anyway is said here, so that it costs no ticket; the step looks again. */
async function foresee(deps: ApiDeps, caller: Caller, decision: Decision): Promise<Reply | undefined> {
  const { operation, verb } = decision
  // A decision may come before its operation is in the book: the workflow keeps it until then.
  if (operation.state === 'received') return undefined
  if (!AWAITED[operation.state]?.includes(verb)) return answerAfterTheEnd(deps, caller, decision)
  const judged = await judgeFor(deps, caller, decision)
  if (!('refuse' in judged)) return undefined
  // Their own click of a moment ago may be what has decided it.
  if (await hasDecidedSo(deps, caller, decision))
    return replyNow(deps, caller, { id: operation.id, status: 200 })
  throw refusalProblem(judged.refuse)
}

/** @throws the refusal, where this person may not take this decision now */
export async function demandRight(deps: ApiDeps, caller: Caller, decision: Decision): Promise<void> {
  const judged = await judgeFor(deps, caller, decision)
  if ('refuse' in judged) throw refusalProblem(judged.refuse)
}

async function judgeFor(deps: ApiDeps, caller: Caller, { operation, verb }: Decision): Promise<Judgement> {
  const facts = await findOperationFacts(deps.db, operation.id)
  const situation = await inProject(deps.db, caller.projectId, (trx) =>
    readSituationOf(trx, { operation: operation.id, person: caller.personId }),
  )
  if (!facts || !situation) return { refuse: 'operation_unknown' }
  return judgeDecision(facts, verb, situation)
}

function hasDecidedSo(deps: ApiDeps, caller: Caller, { operation, verb }: Decision): Promise<boolean> {
  return inProject(deps.db, caller.projectId, (trx) =>
    hasDecided(trx, { operationId: operation.id, personId: caller.personId, verb }),
  )
}

export async function issueTicket(
  deps: ApiDeps,
  caller: Caller,
  asked: Decision & { readonly delivery: 'api' | 'carried'; readonly validUntil: Date | null },
): Promise<string> {
  const id = deps.newId('tkt')
  const { operation } = asked
  await inProject(deps.db, caller.projectId, async (trx) => {
    await addTicket(trx, {
      id,
      project_id: caller.projectId,
      operation_id: operation.id,
      person_id: caller.personId,
      verb: asked.verb,
      delivery: asked.delivery,
      shown: {
        state: operation.state,
        amount: operation.amount,
        currency: operation.currency_code,
        coin: operation.coin_id,
      },
      detail: asked.detail,
      valid_until: asked.validUntil,
    })
  })
  return id
}

/** Those who decided themselves hear their decision again; to all others the end is news. */
async function answerAfterTheEnd(deps: ApiDeps, caller: Caller, decision: Decision): Promise<Reply> {
  const { operation } = decision
  if (!(await hasDecidedSo(deps, caller, decision))) throw alreadyDecided(operation.state)
  return replyNow(deps, caller, { id: operation.id, status: 200 })
}

function alreadyDecided(state: OperationRow['state']) {
  return conflict(
    'already_decided',
    'requestIdentifier',
    `no longer waits for this decision; the operation is ${wireStatus(state)} (${state})`,
  )
}

async function replyNow(
  deps: ApiDeps,
  caller: Caller,
  { id, status, heard }: { id: string; status: number; heard?: string },
): Promise<Reply> {
  // The workflow's own answer is in its history, so it needs not be told again.
  if (heard !== undefined) await inProject(deps.db, caller.projectId, (trx) => markHeard(trx, heard))
  const shown = await deps.batched.operation(caller.projectId, id)
  if (!shown) throw notFound('id', 'operation')
  return { status, body: { status: 'ok', process: toProcess(shown) } }
}

export function decidableKind({ kind }: OperationRow): Exclude<WorkflowKind, 'return'> {
  if (kind === 'return' || !hasWorkflow(kind)) throw notFound('requestIdentifier', 'request')
  return kind
}
