import { z } from 'zod'
import { FREEZE_REASONS } from '#db/identity/freezes.ts'
import {
  IDENTIFICATION_STATUSES,
  ORGANIZATION_TYPES,
  type OrganizationRow,
} from '#db/identity/organizations.ts'
import { legalTypeField } from '../registration/legal-type.ts'

export const organizationSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    type: z.enum(ORGANIZATION_TYPES),
    identificationStatus: z.enum(IDENTIFICATION_STATUSES),
    legalType: legalTypeField.nullable(),
    referralLink: z.string().nullable(),
    frozen: z.boolean().meta({ description: 'Nothing is moved from or to its coins' }),
    frozenReason: z.enum(FREEZE_REASONS).nullable(),
    frozenDescription: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Organization', description: 'contract_info is left out: there are no contracts yet' })

export function organizationBody(row: OrganizationRow): z.infer<typeof organizationSchema> {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    identificationStatus: row.identification_status,
    legalType: row.legal_type,
    referralLink: row.referral_link,
    frozen: row.frozen_at !== null,
    frozenReason: row.frozen_reason,
    frozenDescription: row.frozen_description,
    createdAt: row.created_at.toISOString(),
  }
}
