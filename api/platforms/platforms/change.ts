import type { Knex } from 'knex'
import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { countOrdersUnderWay } from '#db/platforms/orders.ts'
import { changePlatform, findPlatform, lockPlatform, sealCredentials } from '#db/platforms/platforms.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { conflict, notFound } from '../../http/problem.ts'
import { auditPlatform } from './audit.ts'
import { demandDataBox } from './demand-key-ring.ts'
import { platformBody, platformId, platformSchema } from './platform.ts'
import { checkSettings, given, isMoved, merged } from './settings.ts'

const changes = z.record(z.string(), z.string().nullable()).optional()

export const patchPlatform = endpoint({
  method: 'patch',
  path: '/platforms/:id',
  family: 'Platforms',
  summary: 'Change a platform',
  description:
    'Field by field: what is not named stays as it is, and null removes what is not required. The label never changes. A URL of another host or port takes all credentials with it anew, and is refused while orders that may have gone out to the platform have not ended.',
  access: 'platforms.edit',
  params: platformId,
  body: patchBody({ name: text().optional(), urls: changes, credentials: changes }),
  answers: { 200: { description: 'As it is now', body: platformSchema } },
  alsoRefuses: [409],
  async handle({ params, body, caller }, deps) {
    const { urls = {}, credentials = {} } = body
    const changed = await inProject(deps.db, caller.projectId, async (trx) => {
      const before = await lockPlatform(trx, params.id)
      if (!before) throw notFound('id', 'platform')
      const label = deps.holdingLabels.find((one) => one.label === before.label)
      if (!label) throw conflict('label_unknown', 'id', 'is of a label that has no adapter here any more')
      checkSettings(label, { urls, credentials }, { before, allow: deps.platformAllow })
      if (isMoved(before.urls, urls)) await demandNothingUnderWay(trx, before.id)
      const values = given(credentials)
      const isSealing = Object.keys(values).length > 0
      const sealed = isSealing
        ? sealCredentials(demandDataBox(deps, before), before, { values, now: deps.now() })
        : {}
      await changePlatform(trx, before.id, {
        name: body.name ?? before.name,
        urls: merged(before.urls, urls, given(urls)),
        credentials: merged(before.credentials, credentials, sealed),
      })
      const after = (await findPlatform(trx, before.id)) ?? before
      await auditPlatform(trx, caller, { verb: 'change', before, after })
      return after
    })
    return { status: 200, body: platformBody(changed) }
  },
})

/** Another server does not know them, and what nobody knows is sent again. */
async function demandNothingUnderWay(trx: Knex, platform: string): Promise<void> {
  const orders = await countOrdersUnderWay(trx, platform)
  if (orders === 0) return
  throw conflict(
    'orders_under_way',
    'urls',
    `cannot lead to another host or port while ${orders} order(s) that may have gone out have not ended`,
  )
}
