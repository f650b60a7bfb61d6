import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import type { Platform } from '#db/platforms.ts'
import type { PlatformLabel } from '#domain/holding-platform.ts'
import type { ApiDeps } from '../deps.ts'
import type { Caller } from '../endpoint.ts'
import { text } from '../fields.ts'
import { badParameter, Problem } from '../problem.ts'

export const platformParams = z.strictObject({ id: text(64).meta({ description: 'Id of the platform' }) })

const SETTING_MAX = 2_000
const setting = z.string().min(1).max(SETTING_MAX)
/** By the names that GET /platform-labels tells. */
export const newSettings = z.record(text(64), setting)
export const changedSettings = z
  .record(text(64), setting.nullable())
  .meta({ description: 'What is not named stays; null takes an optional one away' })

export const platformSchema = z
  .strictObject({
    id: z.string(),
    label: z.string(),
    name: z.string(),
    project: z.string().meta({ description: 'Key of the project' }),
    urls: z.record(z.string(), z.string()),
    credentials: z
      .record(z.string(), z.strictObject({ set: z.literal(true), updatedAt: z.iso.datetime() }))
      .meta({ description: 'Which are set, and since when; never what they are' }),
    callbackPath: z.string().nullable().meta({ description: 'Where it calls us; null: it does not call' }),
    linkedAssets: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Platform' })

export const platformAnswer = z.strictObject({ status: z.literal('ok'), platform: platformSchema })

export function platformBody(
  row: Platform,
  labels: readonly PlatformLabel[],
): z.infer<typeof platformSchema> {
  const calls = labels.find(({ label }) => label === row.label)?.capabilities.calls ?? false
  const set = Object.entries(row.credentials_set)
  return {
    id: row.id,
    label: row.label,
    name: row.name,
    project: row.project_key,
    urls: row.urls,
    credentials: Object.fromEntries(set.map(([name, updatedAt]) => [name, { set: true, updatedAt }])),
    callbackPath: calls ? `/api/v1/platform-calls/${row.id}` : null,
    linkedAssets: row.linked_assets,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

export function demandLabel({ labels }: Pick<ApiDeps, 'labels'>, named: string): PlatformLabel {
  const label = labels.find((one) => one.label === named)
  if (!label)
    throw badParameter('label', `is not known; there are ${labels.map((one) => one.label).join(', ')}`)
  return label
}

export function demandKeyRing({ keyRing }: Pick<ApiDeps, 'keyRing'>) {
  if (keyRing) return keyRing
  throw new Problem(409, 'secret_key_not_configured', {
    detail: 'This installation has no SLUICE_SECRET_KEY, so credentials of platforms cannot be kept.',
  })
}

type Changed = {
  readonly verb: string
  readonly id: string
  readonly before?: object
  readonly after?: object
}

/** Which credentials were set, never what they are. */
export async function auditPlatform(
  trx: Knex,
  caller: Caller,
  { verb, id, before, after }: Changed,
): Promise<void> {
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: `platform.${verb}`,
      subjectType: 'platform',
      subjectId: id,
      before: before ?? null,
      after: after ?? null,
    },
  ])
}

export function platformFacts({ label, name, urls, credentials_set }: Platform) {
  return { label, name, urls, credentials: Object.keys(credentials_set).toSorted() }
}
