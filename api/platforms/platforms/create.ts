import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { addPlatform, findPlatform, placeOfDataKey, sealCredentials } from '#db/platforms/platforms.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter, conflict } from '../../http/problem.ts'
import { auditPlatform } from './audit.ts'
import { demandKeyRing } from './demand-key-ring.ts'
import { platformBody, platformSchema } from './platform.ts'
import { checkSettings } from './settings.ts'

export const createPlatform = endpoint({
  method: 'post',
  path: '/platforms',
  family: 'Platforms',
  summary: 'Configure a platform',
  description:
    'A project has one platform of each label. What a label has to be given stands in GET /platform-labels. Credentials are never read back.',
  access: 'platforms.edit',
  body: z.strictObject({
    name: text(),
    label: text(64).meta({ examples: ['utip'] }),
    urls: z.record(z.string(), z.string()).default({}),
    credentials: z.record(z.string(), z.string()).default({}),
  }),
  answers: { 201: { description: 'Configured', body: platformSchema } },
  alsoRefuses: [409],
  async handle({ body, caller }, deps) {
    const label = deps.holdingLabels.find((one) => one.label === body.label)
    if (!label) {
      const known = deps.holdingLabels.map((one) => one.label).join(', ')
      throw badParameter('label', `is not known here; these are: ${known || 'none'}`)
    }
    checkSettings(label, body, { before: { urls: {}, credentials: {} }, allow: deps.platformAllow })
    const keyRing = demandKeyRing(deps)
    const placed = { id: deps.newId('plt'), project_id: caller.projectId }
    const { keyId, dataKey, dataBox } = keyRing.newDataKey(placeOfDataKey(placed))
    const added = await inProject(deps.db, caller.projectId, async (trx) => {
      const isNew = await addPlatform(trx, {
        ...placed,
        label: label.label,
        name: body.name,
        urls: body.urls,
        credentials: sealCredentials(dataBox, placed, { values: body.credentials, now: deps.now() }),
        data_key: dataKey,
        key_id: keyId,
        created_by: caller.personId,
      })
      if (!isNew) throw conflict('platform_exists', 'label', 'is configured in this project already')
      const after = await findPlatform(trx, placed.id)
      if (!after) throw new Error(`Platform ${placed.id} was added and is not there.`)
      await auditPlatform(trx, caller, { verb: 'create', after })
      return after
    })
    return { status: 201, body: platformBody(added) }
  },
})
