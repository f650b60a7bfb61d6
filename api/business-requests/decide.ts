import { decisionEndpoint } from '../operations/decision-endpoint.ts'

export const approveRequest = decisionEndpoint({
  verb: 'accept',
  path: '/business-requests/:requestIdentifier/approve',
  summary: 'Accept a request from the queue, whatever its kind',
})

export const declineRequest = decisionEndpoint({
  verb: 'decline',
  path: '/business-requests/:requestIdentifier/decline',
  summary: 'Decline a request from the queue, whatever its kind',
})
