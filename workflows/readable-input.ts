import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import type { WorkflowInterceptors } from '@temporalio/workflow'

/**
 * Signals and starts by hand may carry what is no JSON at all. The SDK would fail the workflow task on it, again and
 * again, and nobody could decide on the operation any more; so what cannot be read counts as not sent. Updates need no
 * such care: the SDK refuses them by itself.
 */
export function interceptors(): WorkflowInterceptors {
  return {
    internals: [
      {
        activate(input, next) {
          for (const { signalWorkflow, initializeWorkflow } of input.activation.jobs ?? []) {
            if (signalWorkflow) signalWorkflow.input = readableOrNone(signalWorkflow.input)
            if (initializeWorkflow)
              initializeWorkflow.arguments = readableOrNone(initializeWorkflow.arguments)
          }
          next(input)
        },
      },
    ],
  }
}

function readableOrNone(payloads: readonly Payload[] | null | undefined): Payload[] {
  return payloads?.every(isReadable) ? [...payloads] : []
}

function isReadable(payload: Payload): boolean {
  try {
    defaultPayloadConverter.fromPayload(payload)
    return true
  } catch {
    return false
  }
}
