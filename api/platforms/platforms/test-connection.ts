import { z } from 'zod'
import { PlatformUnavailable, type Holders } from '#domain/platforms/holders.ts'
import type { Connection } from '#domain/platforms/holding-platform.ts'
import { inProject } from '#db/connection.ts'
import { readPlatform } from '#db/platforms/platforms.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { platformId } from './platform.ts'

export const testPlatformConnection = endpoint({
  method: 'post',
  path: '/platforms/:id/test-connection',
  family: 'Platforms',
  summary: 'Ask the platform whether its settings are right',
  description: 'With what is stored. It moves nothing.',
  access: 'platforms.edit',
  guarded: true,
  params: platformId,
  answers: {
    200: {
      description: 'What the platform says',
      body: z.strictObject({
        result: z.enum(['ok', 'refused', 'unknown']),
        reason: z.string().nullable(),
        tookMs: z.int(),
      }),
    },
  },
  async handle({ params, caller }, { db, holders, now }) {
    const row = await inProject(db, caller.projectId, (trx) => readPlatform(trx, params.id))
    if (!row) throw notFound('id', 'platform')
    const startedAt = now().getTime()
    const connection = await tryOut(holders, row)
    return {
      status: 200,
      body: {
        result: connection.kind,
        reason: connection.kind === 'ok' ? null : connection.reason,
        tookMs: Math.max(0, now().getTime() - startedAt),
      },
    }
  },
})

async function tryOut(
  holders: Holders,
  { project_id, id }: { project_id: string; id: string },
): Promise<Connection> {
  try {
    const platform = await holders.open(project_id, id)
    return await platform.test()
  } catch (error) {
    if (error instanceof PlatformUnavailable) return { kind: 'unknown', reason: error.reason }
    throw error
  }
}
