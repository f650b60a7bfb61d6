import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listLimits } from '#db/contracts/contracts-limits.ts'
import { findContract } from '#db/contracts/contracts.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { contractParams } from '../contracts/contract.ts'
import { limitBody, limitSchema } from './limit.ts'

export const getLimitProfiles = endpoint({
  method: 'get',
  path: '/contracts/:id/limit-profiles',
  family: 'Contracts',
  summary: 'List the limits of a contract',
  access: 'CONTRACT_VIEWER',
  params: contractParams,
  answers: {
    200: {
      description: 'All of them, the oldest first',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(limitSchema) }),
    },
  },
  async handle({ params, caller }, { db }) {
    const rows = await inProject(db, caller.projectId, async (trx) => {
      if (!(await findContract(trx, params.id))) throw notFound('id', 'contract')
      return listLimits(trx, params.id)
    })
    return { status: 200, body: { status: 'ok', records: rows.map(limitBody) } }
  },
})
