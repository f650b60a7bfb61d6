import { CancellationScope, condition } from '@temporalio/workflow'

/** For handlers of messages: they run outside the workflow's own scope, where a request to cancel would end the wait. */
export function waitFor(isSo: () => boolean): Promise<void> {
  return CancellationScope.nonCancellable(() => condition(isSo))
}
