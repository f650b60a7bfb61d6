import { z } from 'zod'
import type { Client } from '#db/accounts/clients.ts'
import { IDENTIFICATION_STATUSES } from '#db/identity/organizations.ts'
import { CLIENT_ROLES } from '#domain/identity/role.ts'
import { text } from '../../http/fields.ts'

export const clientParams = z.strictObject({
  id: text(64).meta({ description: 'Id of the client, which is that of their organization' }),
})
export const clientType = z.enum(CLIENT_ROLES)

export const clientFields = {
  id: z.string(),
  name: z.string(),
  type: clientType,
  email: z.string().nullable().meta({ description: 'Of the first of the members' }),
  phone: z.string().nullable(),
  active: z.boolean().meta({ description: 'Any of the members may sign in' }),
  frozen: z.boolean().meta({ description: 'Nothing is moved from or to their coins' }),
  identificationStatus: z.enum(IDENTIFICATION_STATUSES),
  createdAt: z.iso.datetime(),
}
export const clientSchema = z.strictObject(clientFields).meta({ id: 'Client' })

export function clientBody(row: Client): z.infer<typeof clientSchema> {
  return {
    id: row.id,
    name: row.name,
    type: clientType.parse(row.type),
    email: row.email,
    phone: row.phone,
    active: row.active,
    frozen: row.frozen_at !== null,
    identificationStatus: row.identification_status,
    createdAt: row.created_at.toISOString(),
  }
}
