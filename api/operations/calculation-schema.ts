import { z } from 'zod'
import { amountOut } from '../http/fields.ts'
import { issuerSchema } from './process-schema.ts'

const fields = {
  status: z.literal('ok'),
  message: z.string(),
  transactionAmount: amountOut,
  senderAmountPush: amountOut.meta({ description: 'What leaves the sender' }),
  recipientAmountPush: amountOut.meta({ description: 'What reaches the recipient' }),
  commissionAmountPush: amountOut,
  issuer: issuerSchema,
}

export const calculationSchema = z.strictObject(fields).meta({ id: 'Calculation' })

export const transferCalculationSchema = z
  .strictObject({
    ...fields,
    paymentToolDetails: z.strictObject({
      type: z.literal('COIN'),
      srcValue: z.string(),
      srcId: z.string(),
      destValue: z.string(),
      destId: z.string(),
      currency: z.string(),
      symbol: z.string(),
      recipientFullName: z.string().nullable(),
    }),
  })
  .meta({ id: 'TransferCalculation' })
