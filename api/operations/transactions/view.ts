import { inSnapshot } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { historyViewBody, viewOperations } from '../filter.ts'
import { processSchema } from '../process-schema.ts'
import { viewAnswer } from '../../http/view.ts'

export const viewTransactions = endpoint({
  method: 'post',
  path: '/transactions/view',
  family: 'History',
  summary: 'List operations of all kinds: clients see their own, staff all',
  access: 'TRANSACTION_VIEWER',
  body: historyViewBody,
  answers: { 200: { description: 'One page, newest first', body: viewAnswer(processSchema) } },
  handle: ({ body, caller }, { db }) =>
    inSnapshot(db, caller.projectId, (trx) => viewOperations(trx, caller, { view: body })),
})
