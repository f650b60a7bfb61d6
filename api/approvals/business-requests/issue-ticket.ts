import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findOperationByRequest } from '#db/operations/operations.ts'
import { VERBS, isFinal } from '#domain/operations/operation.ts'
import { isPaidOut } from '#domain/operations/step.ts'
import { checkThatWaits, deciderOf } from '#temporal/gateway.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { decidableKind, demandRight, issueTicket } from '../../operations/decide.ts'
import { KINDS, requestIdentifierParams } from '../../operations/decision-endpoint.ts'
import { badParameter, conflict, notFound } from '../../http/problem.ts'

/** Long enough to switch to the Temporal UI, short enough not to lie around. */
const TICKET_VALID_MS = 15 * 60_000

const SIGNAL_NAMES = {
  accept: 'accept',
  decline: 'decline',
  allow: 'allow',
  clear: 'clear',
  reject: 'reject',
  confirm_payout: 'confirmPayout',
  refuse_payout: 'refusePayout',
} as const

export const issueDecisionTicket = endpoint({
  method: 'post',
  path: '/business-requests/:requestIdentifier/ticket',
  family: 'Approval queue',
  summary: 'Get a ticket to decide from the Temporal UI or CLI',
  description:
    'The ticket stands for the person who fetched it and for this one decision. It is used once, within 15 minutes, and every rule is checked when it is used.',
  access: 'BUSINESS_REQUEST_VIEWER',
  params: requestIdentifierParams,
  body: z
    .strictObject({
      decision: z.enum(VERBS),
      bankReference: text(140).optional(),
      reason: text(500).optional(),
    })
    .refine(
      ({ decision, bankReference }) => (decision === 'confirm_payout') === (bankReference !== undefined),
      { path: ['bankReference'], message: 'goes with confirm_payout, which needs it' },
    )
    .refine(
      ({ decision, reason }) =>
        !['refuse_payout', 'clear', 'reject'].includes(decision) || reason !== undefined,
      {
        path: ['reason'],
        message: 'is needed to refuse a payout, to clear and to reject',
      },
    ),
  answers: {
    201: {
      description: 'The ticket, and how to use it',
      body: z.strictObject({
        status: z.literal('ok'),
        ticket: z.string(),
        validUntil: z.string(),
        workflowId: z.string(),
        signal: z.string(),
        input: z.strictObject({ ticket: z.string() }),
        command: z.string().meta({ description: 'The same for the temporal CLI' }),
      }),
    },
  },
  async handle({ params, body, caller }, deps) {
    const operation = await inProject(deps.db, caller.projectId, (trx) =>
      findOperationByRequest(trx, { ...params, kinds: KINDS }),
    )
    if (!operation) throw notFound('requestIdentifier', 'request')
    const kind = decidableKind(operation)
    const { decision: verb, ...detail } = body
    if (!isPaidOut(kind) && verb.endsWith('payout'))
      throw badParameter('decision', 'is of payouts, and this is none')
    if (isFinal(operation.state))
      throw conflict('already_decided', 'requestIdentifier', `is ${operation.state} and waits for nobody`)
    await demandRight(deps, caller, { operation, verb })
    const validUntil = new Date(deps.now().getTime() + TICKET_VALID_MS)
    const ticket = await issueTicket(deps, caller, {
      operation,
      verb,
      detail,
      delivery: 'carried',
      validUntil,
    })
    const workflowId = deciderOf({ operation: operation.id, kind, check: checkThatWaits(operation) })
    const signal = SIGNAL_NAMES[verb]
    return {
      status: 201,
      body: {
        status: 'ok',
        ticket,
        validUntil: validUntil.toISOString(),
        workflowId,
        signal,
        input: { ticket },
        command: `temporal workflow signal --workflow-id ${workflowId} --name ${signal} --input '{"ticket":"${ticket}"}'`,
      },
    }
  },
})
