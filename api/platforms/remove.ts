import { inProject } from '#db/connection.ts'
import { lockPlatform, removePlatform } from '#db/platforms.ts'
import { endpoint } from '../endpoint.ts'
import { conflict, notFound } from '../problem.ts'
import { auditPlatform, platformFacts, platformParams } from './platform.ts'

export const deletePlatform = endpoint({
  method: 'delete',
  path: '/platforms/:id',
  family: 'Platforms',
  summary: 'Remove a platform',
  description:
    'Only while no assets are linked to it. Its credentials are gone then, and its label is free again.',
  access: 'platforms.delete',
  params: platformParams,
  answers: { 204: { description: 'Removed' } },
  async handle({ params, caller }, { db }) {
    await inProject(db, caller.projectId, async (trx) => {
      const platform = await lockPlatform(trx, params.id)
      if (!platform) throw notFound('id', 'platform')
      const { linked_assets: linked } = platform
      if (linked > 0)
        throw conflict('platform_in_use', 'id', `has ${linked} asset(s) linked to it: close them first`)
      await removePlatform(trx, platform.id)
      await auditPlatform(trx, caller, { verb: 'remove', id: platform.id, before: platformFacts(platform) })
    })
    return { status: 204 }
  },
})
