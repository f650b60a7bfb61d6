import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listProfiles } from '#db/contracts/contracts-commission.ts'
import { findContract } from '#db/contracts/contracts.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { contractParams } from '../contracts/contract.ts'
import { flowField } from '../operation-flows/flow.ts'
import { profileBody, profileSchema } from './profile.ts'

const filter = z.strictObject({ operationFlowId: flowField, issuerId: text(64) }).partial()

export const viewCommissionProfiles = endpoint({
  method: 'post',
  path: '/contracts/:id/commission-profiles/view',
  family: 'Contracts',
  summary: 'List the commission profiles of a contract',
  access: 'CONTRACT_VIEWER',
  params: contractParams,
  body: viewBody(filter, ['createdAt']),
  answers: { 200: { description: 'One page, by default the oldest first', body: viewAnswer(profileSchema) } },
  async handle({ params, body, caller }, { db }) {
    const { operationFlowId: flow, issuerId } = body.filter ?? {}
    const found = await inProject(db, caller.projectId, async (trx) => {
      if (!(await findContract(trx, params.id))) throw notFound('id', 'contract')
      return listProfiles(
        trx,
        { contractId: params.id, flow, issuerId },
        {
          pageNumber: body.pageNumber,
          pageSize: body.pageSize,
          countMax: COUNT_MAX,
          order: body.sort?.['createdAt'] ?? 'asc',
        },
      )
    })
    return viewReply(body, found.total, found.rows.map(profileBody))
  },
})
