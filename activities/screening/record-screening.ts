import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { readApprovals } from '#db/operations/situation.ts'
import { isApproved } from '#domain/approvals/judge-decision.ts'
import { NO_STANDING, type Standing } from '#domain/operations/operation.ts'
import type { ScreeningVerdict } from '#domain/operations/screening-verdict.ts'
import { screenedStep } from '#domain/operations/step.ts'
import type { ActivityDeps } from '../deps.ts'

/** Safe to repeat: the step's key is (operation, screened:n). A check that comes late finds another state, and does nothing. */
export function recordScreening({ db, ledger }: ActivityDeps) {
  return async (asked: {
    readonly operation: string
    readonly n: number
    readonly verdict: ScreeningVerdict
  }): Promise<Standing> => {
    const facts = await findOperationFacts(db, asked.operation)
    if (!facts) return NO_STANDING
    const approvals = await readApprovals(db, facts.projectId, facts.id)
    const step = screenedStep(facts, {
      n: asked.n,
      verdict: asked.verdict,
      isApproved: isApproved(facts, approvals),
    })
    const { state, decideInMs } = await ledger.apply(facts.projectId, step, 'workflow')
    return { state, decideInMs }
  }
}
