import { inProject } from '#db/connection.ts'
import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { lastRefusalReason } from '#db/platforms/platform-answers.ts'
import { noteOddCallsAbout } from '#db/reports/odd-calls.ts'
import { NO_STANDING, isFinal, isOrder, type Standing } from '#domain/operations/operation.ts'
import {
  askPersonStep,
  platformConfirmedStep,
  platformRefusedStep,
  outcomeUnknownStep,
  type OperationFacts,
  type Step,
} from '#domain/operations/step.ts'
import type { ActivityDeps } from '../deps.ts'
import type { PlatformAnswer } from '../platforms/ask-platform.ts'

export type RecordOrder = { readonly operation: string; readonly answer: PlatformAnswer }

/** Safe to repeat: each outcome is a step with its own key, and the second definite one finds another state. */
export function recordOrder({ db, ledger }: ActivityDeps) {
  return async ({ operation, answer }: RecordOrder): Promise<Standing> => {
    const facts = await findOperationFacts(db, operation)
    if (!facts) return NO_STANDING
    const reason =
      answer.kind === 'refused' ? await lastRefusalReason(db, facts.projectId, operation) : undefined
    const step = stepFor(facts, answer, reason)
    if (!step) return NO_STANDING
    const { state, decideInMs } = await ledger.apply(facts.projectId, step, 'workflow')
    if (isOrder(facts.kind) && state !== null && isFinal(state))
      await inProject(db, facts.projectId, (trx) => noteOddCallsAbout(trx, operation))
    return { state, decideInMs }
  }
}

function stepFor(
  facts: OperationFacts,
  answer: PlatformAnswer,
  reason = 'refused by the platform',
): Step | undefined {
  switch (answer.kind) {
    case 'confirmed':
    case 'returned': {
      const { platformReference, at: platformAt, soldAmount, boughtAmount } = answer
      const traded =
        soldAmount === undefined || boughtAmount === undefined
          ? undefined
          : { soldAmount: BigInt(soldAmount), boughtAmount: BigInt(boughtAmount) }
      return platformConfirmedStep(facts, { platformReference, platformAt }, traded)
    }
    case 'refused':
      return platformRefusedStep(facts, reason)
    case 'unknown':
      return outcomeUnknownStep(facts)
    case 'ambiguous':
      return askPersonStep(facts)
    case 'pending':
    case 'absent':
    case 'not_sent':
      return undefined
  }
}
