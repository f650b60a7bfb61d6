import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { findReadableExport, jobParams } from './job.ts'

export const getDataExportInfo = endpoint({
  method: 'get',
  path: '/data-export/info/:jobKey',
  family: 'Data export',
  summary: 'How far an export is',
  access: 'TRANSACTION_VIEWER',
  params: jobParams,
  answers: {
    200: {
      description:
        'NOT_FOUND also for one of somebody else, and for one that was removed after its seven days',
      body: z.strictObject({
        status: z.enum(['COMPLETE', 'PENDING', 'NOT_FOUND']),
        rows: z.int().meta({ description: 'Operations written so far' }),
        isCapped: z
          .boolean()
          .meta({ description: 'There are more than one file may have; narrow the filter' }),
        createdAt: z.iso.datetime().nullable(),
        completedAt: z.iso.datetime().nullable(),
      }),
    },
  },
  async handle({ params, caller }, { db }) {
    const job = await inProject(db, caller.projectId, (trx) => findReadableExport(trx, caller, params.jobKey))
    const status = job ? (job.state === 'complete' ? 'COMPLETE' : 'PENDING') : 'NOT_FOUND'
    return {
      status: 200,
      body: {
        status,
        rows: Number(job?.row_count ?? 0),
        isCapped: job?.is_capped ?? false,
        createdAt: job?.created_at.toISOString() ?? null,
        completedAt: job?.completed_at?.toISOString() ?? null,
      },
    }
  },
})
