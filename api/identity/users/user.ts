import { z } from 'zod'
import { FREEZE_REASONS } from '#db/identity/freezes.ts'
import type { MemberRecord } from '#db/identity/members.ts'
import { IDENTIFICATION_STATUSES, ORGANIZATION_TYPES } from '#db/identity/organizations.ts'
import { countryOfPhone } from '#domain/identity/login.ts'
import { ROLES } from '#domain/identity/role.ts'

export const userSchema = z
  .strictObject({
    id: z.string(),
    login: z.string(),
    name: z.string().nullable(),
    createdAt: z.iso.datetime(),
    active: z.boolean(),
    banned: z.boolean().meta({ description: 'The opposite of active' }),
    banExpiryDate: z.null().meta({ description: 'A ban lasts until it is lifted' }),
    frozen: z.boolean().meta({ description: 'Nothing is moved from or to their coins' }),
    frozenReason: z.enum(FREEZE_REASONS).nullable(),
    frozenDescription: z.string().nullable(),
    contact: z.strictObject({
      phoneNumber: z.string().nullable(),
      phoneVerified: z.boolean(),
      email: z.string().nullable(),
      emailVerified: z.boolean(),
      countryCode: z.string().nullable().meta({ description: 'Of the phone number' }),
    }),
    members: z.array(
      z.strictObject({
        id: z.string(),
        role: z.enum(ROLES),
        organization: z
          .strictObject({
            id: z.string(),
            type: z.enum(ORGANIZATION_TYPES),
            name: z.string(),
            identificationStatus: z.enum(IDENTIFICATION_STATUSES),
          })
          .meta({ description: 'contract_info is left out: there are no contracts yet' }),
      }),
    ),
  })
  .meta({ id: 'User' })

export const userAnswer = z.strictObject({ status: z.literal('ok'), user: userSchema })

export function userBody(member: MemberRecord): z.infer<typeof userSchema> {
  return {
    id: member.person_id,
    login: member.login,
    name: member.name,
    createdAt: member.created_at.toISOString(),
    active: member.active,
    banned: !member.active,
    banExpiryDate: null,
    frozen: member.frozen_at !== null,
    frozenReason: member.frozen_reason,
    frozenDescription: member.frozen_description,
    contact: {
      phoneNumber: member.phone,
      phoneVerified: member.phone_verified,
      email: member.email,
      emailVerified: member.email_verified,
      countryCode: member.phone === null ? null : countryOfPhone(member.phone),
    },
    members: [
      {
        id: member.id,
        role: member.role,
        organization: {
          id: member.organization_id,
          type: member.organization_type,
          name: member.organization_name,
          identificationStatus: member.identification_status,
        },
      },
    ],
  }
}
