import {
  ChildWorkflowFailure,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
  executeChild,
  sleep,
} from '@temporalio/workflow'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import { checkIdOf } from '#domain/operations/workflow-id.ts'
import { amlCheck } from './aml-check.ts'
import { awaitDecision } from './await-decision.ts'
import type { Running } from './operation.ts'
import { PAUSE_AFTER_FAILED_CHECK } from './policy.ts'

/**
 * Everything that may stand between an operation and the money: a limit, a check, people. What comes next is what the
 * book says; it ends when nothing holds the operation back any more, or when it was turned away.
 */
export async function passHoldBacks(running: Running): Promise<void> {
  const { desk } = running
  let checks = 0
  for (;;) {
    const state = desk.state()
    if (state === 'limited' || state === 'awaiting_decision') await awaitDecision(running)
    else if (state === 'screening' || state === 'review') checks = await screen(running, checks + 1)
    else break
  }
  running.tell()
}

/** Each check is a workflow of its own, numbered; a number that an earlier run has used is left out. */
async function screen({ id, book, desk, tell }: Running, first: number): Promise<number> {
  tell()
  for (let n = first; ; n += 1) {
    try {
      const before = desk.answered()
      const standing = await executeChild(amlCheck, {
        workflowId: checkIdOf(id, n),
        args: [],
        staticSummary: 'AML check',
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      })
      // A decision may have been booked after the check's last step and before the check closed.
      desk.moveTo(desk.answered() === before ? standing : await book.readStanding({ operation: id }))
      return n
    } catch (error) {
      // Somebody terminated it: silence never lets anything pass, so it is checked again.
      if (error instanceof ChildWorkflowFailure) await sleep(PAUSE_AFTER_FAILED_CHECK)
      else if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    }
  }
}
