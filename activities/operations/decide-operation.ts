import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { readSituation } from '#db/operations/situation.ts'
import { noteStrayWorkflow } from '#db/operations/stray-workflows.ts'
import { judgeDecision } from '#domain/approvals/judge-decision.ts'
import { isId } from '#domain/ids.ts'
import { NO_STANDING, type Kind, type Standing, type Verb } from '#domain/operations/operation.ts'
import type { Refusal } from '#domain/operations/refusal.ts'
import { decideStep } from '#domain/operations/step.ts'
import type { StepAnswer } from '#ledger/apply-steps.ts'
import type { ActivityDeps } from '../deps.ts'

export type Decide = {
  readonly operation: string
  /** What the workflow stands for; undefined: a check of the operation, whatever that is. */
  readonly kind: Kind | undefined
  readonly verb: Verb
  readonly ticket: string | undefined
  readonly runId: string
}
export type Decided = Standing & {
  readonly outcome: 'applied' | 'repeated' | 'refused' | 'late' | 'unknown'
  readonly refusal: Refusal | null
}

/** Others decide at the same moment; more often than this in a row it is not chance. */
const JUDGEMENTS_MAX = 10

/**
 * Safe to repeat: the step's key is (operation, decide:ticket), and a ticket is used once. Without a ticket nothing is
 * decided. Judged by what is true now and applied if it is still true then; otherwise judged again.
 */
export function decideOperation({ db, ledger }: ActivityDeps) {
  return async ({ operation, kind, verb, ticket, runId }: Decide): Promise<Decided> => {
    const facts = await findOperationFacts(db, operation)
    if (!facts || (kind !== undefined && facts.kind !== kind))
      return { outcome: 'unknown', refusal: null, ...NO_STANDING }
    if (ticket === undefined || !isId('tkt', ticket)) {
      await noteStrayWorkflow(db, { workflowId: operation, runId, what: `${verb} without a ticket` })
      return { outcome: 'refused', refusal: 'ticket_unknown', ...NO_STANDING }
    }
    for (let judgement = 0; judgement < JUDGEMENTS_MAX; judgement += 1) {
      const situation = await readSituation(db, facts.projectId, { operation, ticket })
      const judged = situation
        ? judgeDecision(facts, verb, situation)
        : ({ refuse: 'ticket_unknown' } as const)
      const answer = await ledger.apply(
        facts.projectId,
        decideStep(facts, { verb, ticket }, judged),
        'workflow',
      )
      if (answer.outcome !== 'stale') return toDecided(answer, answer.outcome)
    }
    throw new Error('others decided meanwhile, again and again')
  }
}

function toDecided({ refusal, state, decideInMs }: StepAnswer, outcome: Decided['outcome']): Decided {
  return { outcome, refusal, state, decideInMs }
}
