import type { Knex } from 'knex'
import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import {
  changePlatform,
  envelopeOf,
  findPlatform,
  lockPlatform,
  placeOfCredentials,
  type Platform,
} from '#db/platforms.ts'
import type { ApiDeps } from '../deps.ts'
import { endpoint, type Caller } from '../endpoint.ts'
import { text } from '../fields.ts'
import { notFound } from '../problem.ts'
import {
  auditPlatform,
  changedSettings,
  demandKeyRing,
  demandLabel,
  platformAnswer,
  platformBody,
  platformFacts,
  platformParams,
} from './platform.ts'
import { mergeSettings, type Sent } from './settings.ts'

const body = z
  .strictObject({
    name: text().optional(),
    urls: changedSettings.optional(),
    credentials: changedSettings.optional(),
    label: z.never('cannot be changed: add another platform').optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, {
    path: ['name'],
    message: 'or urls or credentials is needed',
  })

export const patchPlatform = endpoint({
  method: 'patch',
  path: '/platforms/:id',
  family: 'Platforms',
  summary: 'Change a platform: its name, URLs or credentials',
  description: 'Its label stays. Orders that are under way are looked up with what is configured then.',
  access: 'platforms.edit',
  params: platformParams,
  body,
  answers: { 200: { description: 'As it is now', body: platformAnswer } },
  async handle({ params, body: changes, caller }, deps) {
    const changed = await inProject(deps.db, caller.projectId, async (trx) => {
      const before = await lockPlatform(trx, params.id)
      if (!before) throw notFound('id', 'platform')
      await apply(trx, deps, { before, changes })
      const after = await findPlatform(trx, before.id)
      if (!after) throw new Error(`platform ${before.id} is gone`)
      await audit(trx, caller, { before, after, changes })
      return after
    })
    return { status: 200, body: { status: 'ok', platform: platformBody(changed, deps.labels) } }
  },
})

type Changes = {
  readonly name?: string | undefined
  readonly urls?: Sent | undefined
  readonly credentials?: Sent | undefined
}
type Applying = { readonly before: Platform; readonly changes: Changes }

async function apply(trx: Knex, deps: ApiDeps, { before, changes }: Applying): Promise<void> {
  const { name, urls: sentUrls = {}, credentials: sent = {} } = changes
  const keyRing = demandKeyRing(deps)
  const place = placeOfCredentials(before)
  const known = JSON.parse(keyRing.open(envelopeOf(before), place)) as Record<string, string>
  const { urls, credentials } = mergeSettings(
    demandLabel(deps, before.label),
    { urls: before.urls, credentials: known },
    { urls: sentUrls, credentials: sent, allowed: deps.platformAllow },
  )
  const at = deps.now().toISOString()
  const set = Object.keys(credentials).map((field) => [
    field,
    field in sent ? at : (before.credentials_set[field] ?? at),
  ])
  const { sealed, dataKey, keyId } = keyRing.seal(JSON.stringify(credentials), place)
  await changePlatform(trx, before.id, {
    ...(name === undefined ? {} : { name }),
    urls,
    credentials: sealed,
    data_key: dataKey,
    key_id: keyId,
    credentials_set: Object.fromEntries(set) as Record<string, string>,
  })
}

function audit(
  trx: Knex,
  caller: Caller,
  { before, after, changes }: Applying & { after: Platform },
): Promise<void> {
  return auditPlatform(trx, caller, {
    verb: 'change',
    id: before.id,
    before: platformFacts(before),
    after: { ...platformFacts(after), credentialsSent: Object.keys(changes.credentials ?? {}).toSorted() },
  })
}
