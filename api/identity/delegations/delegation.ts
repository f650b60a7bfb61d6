import { z } from 'zod'
import type { Delegation } from '#db/identity/delegations.ts'
import { ROLES } from '#domain/identity/role.ts'

const person = z.strictObject({ id: z.string(), name: z.string().nullable() })

export const delegationSchema = z
  .strictObject({
    id: z.string(),
    fromUser: person,
    toUser: person,
    role: z.enum(ROLES).meta({ description: 'The role of the giver as it is now, which is what is lent' }),
    from: z.iso.datetime(),
    until: z.iso.datetime().meta({ description: 'The first moment at which it no longer holds' }),
    reason: z.string().nullable(),
    createdAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Delegation' })

export function delegationBody(row: Delegation): z.infer<typeof delegationSchema> {
  return {
    id: row.id,
    fromUser: { id: row.from_person, name: row.from_name },
    toUser: { id: row.to_person, name: row.to_name },
    role: row.role,
    from: row.from_at.toISOString(),
    until: row.until_at.toISOString(),
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}

/** For the audit trail: no names. */
export function delegationFacts(row: Delegation) {
  const { fromUser, toUser, role: _role, ...same } = delegationBody(row)
  return { ...same, fromUserId: fromUser.id, toUserId: toUser.id }
}
