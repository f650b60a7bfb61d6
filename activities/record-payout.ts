import { findOperationFacts } from '#db/operation-facts.ts'
import { lastRefusalReason } from '#db/platform-answers.ts'
import type { State } from '#domain/operation.ts'
import {
  payoutConfirmedStep,
  payoutRefusedStep,
  payoutUnknownStep,
  type OperationFacts,
  type Step,
} from '#domain/step.ts'
import type { ActivityDeps } from './deps.ts'
import type { PlatformAnswer } from './ask-platform.ts'

export type RecordPayout = { readonly operation: string; readonly answer: PlatformAnswer }

/** Safe to repeat: each outcome is a step with its own key, and the second definite one finds another state. */
export function recordPayout({ db, ledger }: ActivityDeps) {
  return async ({ operation, answer }: RecordPayout): Promise<State | null> => {
    const facts = await findOperationFacts(db, operation)
    if (!facts) return null
    const reason =
      answer.kind === 'refused' ? await lastRefusalReason(db, facts.projectId, operation) : undefined
    const step = stepFor(facts, answer, reason)
    if (!step) return null
    const { state } = await ledger.apply(facts.projectId, step, 'workflow')
    return state
  }
}

function stepFor(
  facts: OperationFacts,
  answer: PlatformAnswer,
  reason = 'refused by the platform',
): Step | undefined {
  switch (answer.kind) {
    case 'confirmed':
    case 'returned':
      return payoutConfirmedStep(facts, {
        platformReference: answer.platformReference,
        platformAt: answer.at,
      })
    case 'refused':
      return payoutRefusedStep(facts, reason)
    case 'unknown':
      return payoutUnknownStep(facts)
    case 'pending':
    case 'absent':
      return undefined
  }
}
