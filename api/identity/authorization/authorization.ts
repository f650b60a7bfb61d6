import { z } from 'zod'
import { IDENTIFICATION_STATUSES, ORGANIZATION_TYPES } from '#db/identity/organizations.ts'
import type { MemberRecord } from '#db/identity/members.ts'
import { PERMISSIONS, permissionsOf, ROLES } from '#domain/identity/role.ts'

export const tokenSchema = z.strictObject({ token: z.string(), expiresAt: z.iso.datetime() })

export type Token = z.infer<typeof tokenSchema>

export const authorizationSchema = z
  .strictObject({
    status: z.literal('ok'),
    authorizationToken: tokenSchema,
    action: z.literal('TOKEN_CREATED'),
    members: z
      .array(
        z.strictObject({
          organization: z
            .strictObject({
              id: z.string(),
              name: z.string(),
              type: z.enum(ORGANIZATION_TYPES),
              organizationStatus: z.enum(IDENTIFICATION_STATUSES),
            })
            .meta({ description: 'contract_info is left out: there are no contracts yet' }),
          permissions: z.array(z.enum(PERMISSIONS)),
          role: z.enum(ROLES),
          token: tokenSchema,
          user: z.strictObject({
            id: z.string(),
            name: z.string().nullable(),
            profileOrganizationId: z.string(),
          }),
        }),
      )
      .meta({ description: 'The one membership that the token is for' }),
  })
  .meta({ id: 'Authorization' })

/** After a right password that is not enough. */
const secondStepSchema = z
  .strictObject({
    status: z.literal('ok'),
    action: z.enum(['OTP_SENT', 'TOTP_REQUIRED']).meta({
      description:
        'OTP_SENT: a code was sent to the login. TOTP_REQUIRED: the authenticator app shows one. POST /authorization/confirm takes either.',
    }),
  })
  .meta({ id: 'SecondStep' })

export const signInSchema = z.union([authorizationSchema, secondStepSchema])

export function secondStepBody(step: 'otp' | 'totp'): z.infer<typeof secondStepSchema> {
  return { status: 'ok', action: step === 'otp' ? 'OTP_SENT' : 'TOTP_REQUIRED' }
}

export function authorizationBody(member: MemberRecord, token: Token): z.infer<typeof authorizationSchema> {
  return {
    status: 'ok',
    authorizationToken: token,
    action: 'TOKEN_CREATED',
    members: [
      {
        organization: {
          id: member.organization_id,
          name: member.organization_name,
          type: member.organization_type,
          organizationStatus: member.identification_status,
        },
        permissions: [...permissionsOf(member.role)],
        role: member.role,
        token,
        user: { id: member.person_id, name: member.name, profileOrganizationId: member.organization_id },
      },
    ],
  }
}
