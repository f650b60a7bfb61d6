import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { addPlatform, findPlatform, placeOfCredentials } from '#db/platforms.ts'
import { endpoint } from '../endpoint.ts'
import { text } from '../fields.ts'
import { conflict } from '../problem.ts'
import {
  auditPlatform,
  demandKeyRing,
  demandLabel,
  newSettings,
  platformAnswer,
  platformBody,
  platformFacts,
} from './platform.ts'
import { mergeSettings } from './settings.ts'

export const createPlatform = endpoint({
  method: 'post',
  path: '/platforms',
  family: 'Platforms',
  summary: 'Add a platform to the project',
  description:
    'GET /platform-labels tells what each label needs. Credentials are sealed, and never read back.',
  access: 'platforms.edit',
  body: z.strictObject({
    name: text().meta({ examples: ['Utip'] }),
    label: text(64).meta({
      description: 'One of GET /platform-labels; once in a project',
      examples: ['utip'],
    }),
    urls: newSettings,
    credentials: newSettings,
  }),
  answers: { 201: { description: 'Added', body: platformAnswer } },
  async handle({ body, caller }, deps) {
    const label = demandLabel(deps, body.label)
    const nothing = { urls: {}, credentials: {} }
    const { urls, credentials } = mergeSettings(label, nothing, { ...body, allowed: deps.platformAllow })
    const id = deps.newId('plt')
    const { sealed, dataKey, keyId } = demandKeyRing(deps).seal(
      JSON.stringify(credentials),
      placeOfCredentials({ id, project_id: caller.projectId }),
    )
    const at = deps.now().toISOString()
    const added = await inProject(deps.db, caller.projectId, async (trx) => {
      const isNew = await addPlatform(trx, {
        id,
        project_id: caller.projectId,
        label: label.label,
        name: body.name,
        urls,
        credentials: sealed,
        data_key: dataKey,
        key_id: keyId,
        credentials_set: Object.fromEntries(Object.keys(credentials).map((name) => [name, at])),
        created_by: caller.personId,
      })
      if (!isNew)
        throw conflict(
          'platform_exists',
          'label',
          `is taken: the project has a platform ${label.label} already`,
        )
      const row = await findPlatform(trx, id)
      if (!row) throw new Error(`platform ${id} was added and is not there`)
      await auditPlatform(trx, caller, { verb: 'create', id, after: platformFacts(row) })
      return row
    })
    return { status: 201, body: { status: 'ok', platform: platformBody(added, deps.labels) } }
  },
})
