import { decisionEndpoint } from '../decision-endpoint.ts'

export const acceptTopUp = decisionEndpoint({
  kind: 'top_up',
  verb: 'accept',
  path: '/bank-top-ups/:requestIdentifier/accept',
  summary: 'Accept a requested top-up: the coin is credited',
})

export const declineTopUp = decisionEndpoint({
  kind: 'top_up',
  verb: 'decline',
  path: '/bank-top-ups/:requestIdentifier/decline',
  summary: 'Decline a requested top-up',
})
