import { inProject } from '#db/connection.ts'
import { lockPlatform, removePlatform } from '#db/platforms/platforms.ts'
import { endpoint } from '../../http/endpoint.ts'
import { conflict, notFound } from '../../http/problem.ts'
import { auditPlatform } from './audit.ts'
import { platformId } from './platform.ts'

export const deletePlatform = endpoint({
  method: 'delete',
  path: '/platforms/:id',
  family: 'Platforms',
  summary: 'Remove a platform',
  description: 'Refused while assets are kept there. Its credentials are gone with it.',
  access: 'platforms.delete',
  params: platformId,
  answers: { 204: { description: 'Removed' } },
  alsoRefuses: [409],
  async handle({ params, caller }, { db }) {
    await inProject(db, caller.projectId, async (trx) => {
      const before = await lockPlatform(trx, params.id)
      if (!before) throw notFound('id', 'platform')
      if (before.linked_assets !== '0')
        throw conflict('platform_in_use', 'id', `has ${before.linked_assets} open asset(s) linked to it`)
      await removePlatform(trx, before.id)
      await auditPlatform(trx, caller, { verb: 'remove', before })
    })
    return { status: 204 }
  },
})
