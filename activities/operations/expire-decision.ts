import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { NO_STANDING, type Standing } from '#domain/operations/operation.ts'
import { expireStep } from '#domain/operations/step.ts'
import type { ActivityDeps } from '../deps.ts'

/**
 * Safe to repeat: the step's key is (operation, expire). A decision that was booked first makes it late, or not due yet if it
 * only led to another wait; then it does nothing, and the answer says how long that wait may last.
 */
export function expireDecision({ db, ledger }: ActivityDeps) {
  return async ({ operation }: { readonly operation: string }): Promise<Standing> => {
    const facts = await findOperationFacts(db, operation)
    if (!facts) return NO_STANDING
    const { state, decideInMs } = await ledger.apply(facts.projectId, expireStep(facts), 'workflow')
    return { state, decideInMs }
  }
}
