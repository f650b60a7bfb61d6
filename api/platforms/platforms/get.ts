import { inProject } from '#db/connection.ts'
import { findPlatform } from '#db/platforms/platforms.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { platformBody, platformId, platformSchema } from './platform.ts'

export const getPlatform = endpoint({
  method: 'get',
  path: '/platforms/:id',
  family: 'Platforms',
  summary: 'One platform',
  access: 'platforms.view',
  params: platformId,
  answers: { 200: { description: 'As it is configured', body: platformSchema } },
  async handle({ params, caller }, { db }) {
    const row = await inProject(db, caller.projectId, (trx) => findPlatform(trx, params.id))
    if (!row) throw notFound('id', 'platform')
    return { status: 200, body: platformBody(row) }
  },
})
