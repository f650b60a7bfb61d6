import type { OperationRow } from '#db/operations/operations.ts'
import type { Verb } from '#domain/operations/operation.ts'
import { decisionEndpoint } from '../../operations/decision-endpoint.ts'

/** To approve means what the operation waits for: approvers accept, anti-fraud allows, compliance clears. */
function approvalOf({ state }: OperationRow): Verb {
  if (state === 'limited') return 'allow'
  return state === 'review' ? 'clear' : 'accept'
}

export const approveRequest = decisionEndpoint({
  verb: approvalOf,
  path: '/business-requests/:requestIdentifier/approve',
  summary: 'Let a request from the queue go on, whatever its kind and whatever it waits for',
})

export const declineRequest = decisionEndpoint({
  verb: 'decline',
  path: '/business-requests/:requestIdentifier/decline',
  summary: 'Decline a request that waits for approval, whatever its kind',
})

export const rejectRequest = decisionEndpoint({
  verb: 'reject',
  path: '/business-requests/:requestIdentifier/reject',
  summary: 'Reject what is over a limit or under review, with a reason',
})
