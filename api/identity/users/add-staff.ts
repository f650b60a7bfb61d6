import type { Knex } from 'knex'
import type { AuditEntry } from '#db/audit.ts'
import { addMember, type NewMember } from '#db/identity/members.ts'
import { findOrganization } from '#db/identity/organizations.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { badParameter, notFound } from '../../http/problem.ts'

type NewStaff = Omit<NewMember, 'id'> & { readonly actor: string }

/** The caller holds the person's lock. @returns what to audit */
export async function addStaff(
  trx: Knex,
  { newId }: Pick<ApiDeps, 'newId'>,
  { actor, ...staff }: NewStaff,
): Promise<AuditEntry> {
  const { organizationId, personId, role } = staff
  const organization = await findOrganization(trx, organizationId)
  if (!organization) throw notFound('organizationId', 'organization')
  if (organization.type !== 'system')
    throw badParameter('organizationId', 'must be a system organization: staff belongs to those')
  await addMember(trx, { ...staff, id: newId('mem') })
  return {
    actor,
    source: 'api',
    action: 'user.create',
    subjectType: 'user',
    subjectId: personId,
    after: { role, organizationId },
  }
}
