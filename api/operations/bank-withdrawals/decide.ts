import { z } from 'zod'
import { text } from '../../http/fields.ts'
import { decisionEndpoint } from '../decision-endpoint.ts'

export const acceptWithdrawal = decisionEndpoint({
  kind: 'withdrawal',
  verb: 'accept',
  path: '/bank-withdrawals/:requestIdentifier/accept',
  summary: 'Accept a withdrawal: the held amount is captured and paid out',
})

export const declineWithdrawal = decisionEndpoint({
  kind: 'withdrawal',
  verb: 'decline',
  path: '/bank-withdrawals/:requestIdentifier/decline',
  summary: 'Decline a withdrawal: the hold is released',
})

export const confirmPayout = decisionEndpoint({
  kind: 'withdrawal',
  verb: 'confirm_payout',
  path: '/bank-withdrawals/:requestIdentifier/confirm-payout',
  summary: 'Enter the reference of a bank without integration: the payout is done',
  body: z.strictObject({ bankReference: text(140) }),
})

export const refusePayout = decisionEndpoint({
  kind: 'withdrawal',
  verb: 'refuse_payout',
  path: '/bank-withdrawals/:requestIdentifier/refuse-payout',
  summary: 'Say that a bank without integration refused: the coin is credited again',
  body: z.strictObject({ reason: text(500) }),
})
