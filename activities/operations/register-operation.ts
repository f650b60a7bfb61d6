import { findOperationFacts, type NamedFacts } from '#db/operations/operation-facts.ts'
import { noteStrayWorkflow } from '#db/operations/stray-workflows.ts'
import type { Kind, State } from '#domain/operations/operation.ts'
import type { Refusal } from '#domain/operations/refusal.ts'
import { registerReturnStep, registerStep } from '#domain/operations/step.ts'
import type { ActivityDeps } from '../deps.ts'

export type Registered = {
  readonly outcome: 'applied' | 'repeated' | 'refused' | 'late' | 'unknown'
  readonly refusal: Refusal | null
  readonly kind: Kind
  readonly state: State | null
  readonly platform: string | null
  readonly decideInMs: number | null
  /** What people call it; undefined where nothing is known under the workflow's id. */
  readonly name?: {
    readonly minor: string
    readonly fraction: number
    readonly currency: string
    readonly requestIdentifier: string
  }
}

export type Register = {
  readonly operation: string | null
  readonly kind: Kind
  readonly workflowId: string
  readonly runId: string
}

/** Safe to repeat: the step's key is (operation, register), and a stray is noted once per run. */
export function registerOperation({ db, ledger }: ActivityDeps) {
  return async (asked: Register): Promise<Registered> => {
    const facts = asked.operation === null ? undefined : await findOperationFacts(db, asked.operation)
    if (!facts || facts.kind !== asked.kind) {
      const what = facts ? 'operation of another kind' : 'no such operation'
      await noteStrayWorkflow(db, { workflowId: asked.workflowId, runId: asked.runId, what })
      return {
        outcome: 'unknown',
        refusal: null,
        kind: asked.kind,
        state: null,
        platform: null,
        decideInMs: null,
      }
    }
    const step = facts.kind === 'return' ? registerReturnStep(facts) : registerStep(facts)
    const answer = await ledger.apply(facts.projectId, step, 'workflow')
    if (answer.outcome === 'late')
      await noteStrayWorkflow(db, {
        workflowId: asked.workflowId,
        runId: asked.runId,
        what: 'operation was never received',
      })
    return {
      outcome: answer.outcome === 'stale' ? 'late' : answer.outcome,
      refusal: answer.refusal,
      kind: facts.kind,
      state: answer.state,
      platform: facts.platform,
      decideInMs: answer.decideInMs,
      name: nameOf(facts),
    }
  }
}

function nameOf({ amount, fraction, currency, requestIdentifier }: NamedFacts) {
  return { minor: amount.toString(), fraction, currency, requestIdentifier }
}
