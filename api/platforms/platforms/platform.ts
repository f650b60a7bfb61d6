import { z } from 'zod'
import type { LinkedPlatform } from '#db/platforms/platforms.ts'
import { text } from '../../http/fields.ts'

export const platformId = z.strictObject({ id: text(64).meta({ description: 'Id of the platform' }) })

export const platformSchema = z
  .strictObject({
    id: z.string().meta({ examples: ['plt_01h2xcejqtf2nbrexx3vqjhp41'] }),
    label: z.string(),
    name: z.string(),
    urls: z.record(z.string(), z.string()),
    credentials: z
      .record(z.string(), z.strictObject({ set: z.literal(true), updatedAt: z.string() }))
      .meta({ description: 'Which are set, and since when; what they are is never told' }),
    keyId: z.string().meta({ description: 'Names the secret key that they are sealed with' }),
    linkedAssets: z.int().meta({ description: 'Open assets whose balance is kept there' }),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Platform' })

export function platformBody(row: LinkedPlatform): z.infer<typeof platformSchema> {
  const credentials = Object.entries(row.credentials).map(
    ([field, { updatedAt }]) => [field, { set: true, updatedAt }] as const,
  )
  return {
    id: row.id,
    label: row.label,
    name: row.name,
    urls: { ...row.urls },
    credentials: Object.fromEntries(credentials),
    keyId: row.key_id,
    linkedAssets: Number(row.linked_assets),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
