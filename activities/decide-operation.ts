import { findOperationFacts } from '#db/operation-facts.ts'
import { noteStrayWorkflow } from '#db/stray-workflows.ts'
import { isId } from '#domain/ids.ts'
import type { Kind, State, Verb } from '#domain/operation.ts'
import type { Refusal } from '#domain/refusal.ts'
import { decideStep } from '#domain/step.ts'
import type { ActivityDeps } from './deps.ts'

export type Decide = {
  readonly operation: string
  readonly kind: Kind
  readonly verb: Verb
  readonly ticket: string | undefined
  readonly runId: string
}
export type Decided = {
  readonly outcome: 'applied' | 'repeated' | 'refused' | 'late' | 'unknown'
  readonly refusal: Refusal | null
  readonly state: State | null
}

/** Safe to repeat: the step's key is (operation, decide:ticket), and a ticket is used once. Without a ticket nothing is decided. */
export function decideOperation({ db, ledger }: ActivityDeps) {
  return async ({ operation, kind, verb, ticket, runId }: Decide): Promise<Decided> => {
    const facts = await findOperationFacts(db, operation)
    if (!facts || facts.kind !== kind) return { outcome: 'unknown', refusal: null, state: null }
    if (ticket === undefined || !isId('tkt', ticket)) {
      await noteStrayWorkflow(db, { workflowId: operation, runId, what: `${verb} without a ticket` })
      return { outcome: 'refused', refusal: 'ticket_unknown', state: null }
    }
    const { outcome, refusal, state } = await ledger.apply(
      facts.projectId,
      decideStep(facts, verb, ticket),
      'workflow',
    )
    return { outcome, refusal, state }
  }
}
