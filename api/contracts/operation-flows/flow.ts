import { z } from 'zod'
import { FLOWS, type Flow } from '#domain/contracts/commission.ts'

export const flowField = z.enum(FLOWS).meta({ description: 'As GET /operation-flows lists it' })

export const flowSchema = z
  .strictObject({
    id: z.enum(FLOWS),
    code: z.enum(FLOWS),
    transactionType: z.enum(['issue', 'redeem', 'transfer']),
    processType: z.string(),
    srcCoinType: z.string(),
    destCoinType: z.string(),
    isMultiCurrency: z.boolean(),
  })
  .meta({ id: 'OperationFlow' })

type Way = Pick<
  z.infer<typeof flowSchema>,
  'transactionType' | 'processType' | 'srcCoinType' | 'destCoinType'
>

const WAYS: Readonly<Record<Flow, Way>> = {
  bank_top_up: {
    transactionType: 'issue',
    processType: 'bank_topup',
    srcCoinType: 'issuing_transit',
    destCoinType: 'client',
  },
  bank_withdrawal: {
    transactionType: 'redeem',
    processType: 'bank_redeem',
    srcCoinType: 'client',
    destCoinType: 'issuing_transit',
  },
  transfer: {
    transactionType: 'transfer',
    processType: 'client_transaction_transfer',
    srcCoinType: 'client',
    destCoinType: 'client',
  },
  platform_deposit: {
    transactionType: 'issue',
    processType: 'platform_deposit',
    srcCoinType: 'issuing_transit',
    destCoinType: 'client',
  },
  platform_withdrawal: {
    transactionType: 'redeem',
    processType: 'platform_withdrawal',
    srcCoinType: 'client',
    destCoinType: 'issuing_transit',
  },
  platform_trade: {
    transactionType: 'transfer',
    processType: 'platform_trade',
    srcCoinType: 'client',
    destCoinType: 'client',
  },
}

export function flowBody(code: Flow): z.infer<typeof flowSchema> {
  return { id: code, code, ...WAYS[code], isMultiCurrency: code === 'platform_trade' }
}
