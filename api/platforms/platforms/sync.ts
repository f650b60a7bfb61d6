import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { readPlatform } from '#db/platforms/platforms.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound, notStarted } from '../../http/problem.ts'
import { platformId } from './platform.ts'

export const syncPlatformNow = endpoint({
  method: 'post',
  path: '/platforms/:id/sync',
  family: 'Platforms',
  summary: 'Compare all assets of a platform with it',
  description: 'It happens every five minutes by itself. What nothing explains goes to the breaks.',
  access: 'RECONCILIATION_MANAGER',
  params: platformId,
  answers: { 202: { description: 'It goes on', body: z.strictObject({ status: z.literal('ok') }) } },
  async handle({ params, caller }, { db, syncs }) {
    const row = await inProject(db, caller.projectId, (trx) => readPlatform(trx, params.id))
    if (!row) throw notFound('id', 'platform')
    if ((await syncs.syncPlatform(row.id)) === 'unavailable') throw notStarted('sync')
    return { status: 202, body: { status: 'ok' } }
  },
})
