import { z } from 'zod'
import type { ProjectRow } from '#db/identity/projects.ts'
import { ROLES, type Role } from '#domain/identity/role.ts'
import { text } from '../../http/fields.ts'

export const projectSchema = z
  .strictObject({
    id: z.string(),
    key: z.string().meta({ description: 'What X-Project names it by at sign-in', examples: ['wibroker'] }),
    name: z.string(),
    timeZone: z.string().meta({ description: 'Days, weeks and months of limits are counted in it' }),
    role: z.enum(ROLES).meta({ description: 'Of whoever asks' }),
    current: z.boolean().meta({ description: 'The token is for this one' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Project' })

export const keyField = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'must be 1 to 63 small letters, digits or dashes, and not begin with a dash',
  )
  .meta({ examples: ['wibroker'] })

export const timeZoneField = text(64)
  .refine(isTimeZone, 'is not the name of a time zone')
  .meta({ examples: ['Europe/Berlin'] })

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export function projectBody(
  row: ProjectRow,
  { role, currentId }: { readonly role: Role; readonly currentId: string },
): z.infer<typeof projectSchema> {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    timeZone: row.time_zone,
    role,
    current: row.id === currentId,
    createdAt: row.created_at.toISOString(),
  }
}
