import { z } from 'zod'
import { text } from '../../http/fields.ts'
import { decisionEndpoint } from '../decision-endpoint.ts'

export const confirmRequestedPayout = decisionEndpoint({
  verb: 'confirm_payout',
  path: '/business-requests/:requestIdentifier/confirm-payout',
  summary: 'Enter the reference of a bank without integration: a withdrawal or a return of suspense is paid',
  body: z.strictObject({ bankReference: text(140) }),
})

export const refuseRequestedPayout = decisionEndpoint({
  verb: 'refuse_payout',
  path: '/business-requests/:requestIdentifier/refuse-payout',
  summary: 'Say that a bank without integration refused to pay a request',
  body: z.strictObject({ reason: text(500) }),
})
