import { inSnapshot } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { bankViewBody, readBankView, viewOperations } from '../filter.ts'
import { processSchema } from '../process-schema.ts'
import { viewAnswer } from '../../http/view.ts'

export const viewTopUps = endpoint({
  method: 'post',
  path: '/bank-top-ups/view',
  family: 'Bank top-ups',
  summary: 'List top-ups: clients see their own, staff all',
  access: 'TRANSACTION_VIEWER',
  body: bankViewBody,
  answers: { 200: { description: 'One page, newest first', body: viewAnswer(processSchema) } },
  handle: ({ body, caller }, { db }) =>
    inSnapshot(db, caller.projectId, (trx) =>
      viewOperations(trx, caller, { view: readBankView(body), kind: 'top_up' }),
    ),
})
