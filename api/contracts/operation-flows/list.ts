import { z } from 'zod'
import { FLOWS } from '#domain/contracts/commission.ts'
import { endpoint } from '../../http/endpoint.ts'
import { flowBody, flowSchema } from './flow.ts'

export const getOperationFlows = endpoint({
  method: 'get',
  path: '/operation-flows',
  family: 'Contracts',
  summary: 'List the operations that contracts put a price and limits on',
  access: 'CONTRACT_VIEWER',
  answers: {
    200: {
      description: 'All of them',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(flowSchema) }),
    },
  },
  async handle() {
    return { status: 200, body: { status: 'ok', records: FLOWS.map(flowBody) } }
  },
})
