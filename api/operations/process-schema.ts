import { z } from 'zod'
import { QUALIFIERS } from '#domain/contracts/limit.ts'
import { STATES, WIRE_REQUEST_STATUSES, WIRE_STATUSES } from '#domain/operations/operation.ts'
import { amountOut } from '../http/fields.ts'

export const issuerSchema = z
  .strictObject({ id: z.string(), sn: z.string(), currency: z.string(), symbol: z.string() })
  .meta({ id: 'IssuerReference' })

export const accountSchema = z
  .strictObject({
    serial: z.string(),
    name: z.string().nullable(),
    type: z.string(),
    technical: z.boolean(),
    organizationId: z.string().nullable(),
    organizationName: z.string().nullable(),
    issuer: issuerSchema,
  })
  .meta({ id: 'AccountReference' })

const legSchema = z
  .strictObject({
    id: z.string(),
    type: z.string(),
    amount: amountOut,
    from: accountSchema,
    to: accountSchema,
    issuer: issuerSchema,
    performedAt: z.string(),
    step: z.string().meta({ description: 'The step that booked it' }),
  })
  .meta({ id: 'Leg' })

const processFields = {
  id: z.string(),
  type: z.string().meta({ examples: ['bank_topup', 'bank_redeem', 'client_transaction_transfer'] }),
  status: z.enum(WIRE_STATUSES),
  requestIdentifier: z.int(),
  requestStatus: z.enum(WIRE_REQUEST_STATUSES),
  phase: z.enum(STATES).meta({ description: 'The exact state; `status` and `requestStatus` follow from it' }),
  phaseSince: z.string(),
  where: z.string().meta({ description: 'In words: where the money is and what it waits for' }),
  createdAt: z.string(),
  updatedAt: z.string(),
  decideBy: z.string().nullable(),
  description: z.string().nullable(),
  amount: amountOut,
  netAmount: amountOut,
  commission: amountOut,
  operationAmountDetails: z.strictObject({
    senderGrossAmount: amountOut.meta({ description: 'What leaves the sender' }),
    senderNetAmount: amountOut,
    senderFee: amountOut,
    recipientGrossAmount: amountOut,
    recipientNetAmount: amountOut.meta({ description: 'What reaches the recipient' }),
    recipientFee: amountOut,
  }),
  fullName: z.string().nullable(),
  iban: z.string().nullable(),
  bankAccountNumber: z.string().nullable(),
  bankInfo: z.record(z.string(), z.string().nullable()).nullable(),
  bankReference: z.string().nullable().meta({ description: 'What the bank or platform calls it' }),
  sold: amountOut.nullable().meta({ description: 'Of a trade: what the platform has sold' }),
  bought: z
    .strictObject({ amount: amountOut, currency: z.string() })
    .nullable()
    .meta({ description: 'Of a trade: what came of it' }),
  returnOf: z
    .string()
    .nullable()
    .meta({ description: 'For a returned payout: the withdrawal that came back' }),
  reversalOf: z.string().nullable().meta({ description: 'For a correction: the operation it corrects' }),
  bankLineId: z.string().nullable().meta({ description: 'The bank line whose money it moves' }),
  refusal: z.string().nullable().meta({ description: 'The rule that refused it, by name' }),
  reason: z.string().nullable(),
  needsAttention: z.string().nullable(),
  issuer: issuerSchema,
  clientCoin: accountSchema.nullable().meta({ description: 'None where only suspense is moved' }),
  from: accountSchema.nullable(),
  to: accountSchema.nullable(),
  transactions: z.array(legSchema),
  children: z.array(z.string()).meta({ description: 'Ids of operations that followed from this one' }),
}

export const processSchema = z.strictObject(processFields).meta({ id: 'Process' })

export const processAnswer = z.strictObject({ status: z.literal('ok'), process: processSchema })

/** The rules that hold an operation back, as they were pinned to it, and how far it has come with each. */
const holdBacksSchema = z
  .strictObject({
    limits: z.array(
      z.strictObject({
        limit: z.string(),
        period: z.string(),
        qualifier: z.enum(QUALIFIERS),
        takes: amountOut.meta({ description: 'An amount, or a number of operations' }),
        max: amountOut.meta({ description: 'An amount, or a number of operations' }),
      }),
    ),
    screening: z
      .strictObject({
        policy: z.string(),
        provider: z.string(),
        checks: z.array(
          z.strictObject({
            n: z.int(),
            verdict: z.string().nullable(),
            reasons: z.array(z.string()),
            startedAt: z.string(),
            answeredAt: z.string().nullable(),
          }),
        ),
      })
      .nullable(),
    approval: z
      .strictObject({
        rule: z.string().nullable().meta({ description: 'null: the default rule' }),
        version: z.int(),
        order: z.string(),
        stages: z.array(z.strictObject({ roles: z.array(z.string()), approvers: z.int() })),
        given: z.int().meta({ description: 'Accepts so far' }),
        waitsFor: z.array(z.string()).meta({ description: 'Roles that could decide now' }),
      })
      .nullable(),
  })
  .meta({ id: 'HoldBacks' })

export const processDetailSchema = z
  .strictObject({
    ...processFields,
    decisions: z.array(
      z.strictObject({
        personId: z.string(),
        decision: z.string(),
        role: z.string().meta({ description: 'The role that counted' }),
        onBehalfOf: z.string().nullable().meta({ description: 'Whose it was, where it was delegated' }),
        at: z.string(),
      }),
    ),
    holdBacks: holdBacksSchema.nullable().meta({ description: 'For staff; null for clients' }),
    timeline: z.array(
      z.strictObject({
        step: z.string(),
        outcome: z.string(),
        refusal: z.string().nullable(),
        from: z.string(),
        to: z.string(),
        actorId: z.string().nullable(),
        at: z.string(),
      }),
    ),
    workflow: z.strictObject({ id: z.string(), url: z.string() }).nullable(),
  })
  .meta({ id: 'ProcessDetail' })
