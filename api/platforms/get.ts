import { inProject } from '#db/connection.ts'
import { findPlatform } from '#db/platforms.ts'
import { endpoint } from '../endpoint.ts'
import { notFound } from '../problem.ts'
import { platformAnswer, platformBody, platformParams } from './platform.ts'

export const getPlatform = endpoint({
  method: 'get',
  path: '/platforms/:id',
  family: 'Platforms',
  summary: 'Read a platform',
  access: 'platforms.view',
  params: platformParams,
  answers: { 200: { description: 'As it is configured, without its credentials', body: platformAnswer } },
  async handle({ params, caller }, { db, labels }) {
    const row = await inProject(db, caller.projectId, (trx) => findPlatform(trx, params.id))
    if (!row) throw notFound('id', 'platform')
    return { status: 200, body: { status: 'ok', platform: platformBody(row, labels) } }
  },
})
