import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findPlatform } from '#db/platforms.ts'
import { endpoint } from '../endpoint.ts'
import { notFound } from '../problem.ts'
import { platformParams } from './platform.ts'

export const testPlatform = endpoint({
  method: 'post',
  path: '/platforms/:id/test-connection',
  family: 'Platforms',
  summary: 'Ask a platform whether its URLs and credentials are right',
  description: 'With what is stored. It moves nothing.',
  access: 'platforms.edit',
  guarded: true,
  params: platformParams,
  answers: {
    200: {
      description: 'What it said',
      body: z.strictObject({
        status: z.literal('ok'),
        result: z
          .enum(['ok', 'refused', 'unknown'])
          .meta({ description: 'refused: it answers, and does not want us. unknown: no usable answer' }),
        reason: z.string().nullable(),
        tookMs: z.int(),
      }),
    },
  },
  async handle({ params, caller }, { db, holders, now }) {
    const row = await inProject(db, caller.projectId, (trx) => findPlatform(trx, params.id))
    if (!row) throw notFound('id', 'platform')
    const holder = await holders.open(caller.projectId, row.id)
    const begun = now().getTime()
    const said = await holder.test()
    const reason = 'reason' in said ? said.reason : null
    return {
      status: 200,
      body: { status: 'ok', result: said.kind, reason, tookMs: now().getTime() - begun },
    }
  },
})
