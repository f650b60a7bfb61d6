import type { Knex } from 'knex'
import type { AuditEntry } from '#db/audit.ts'
import { addMember } from '#db/identity/members.ts'
import type { Registration } from '#db/identity/one-time-codes.ts'
import { addOrganization } from '#db/identity/organizations.ts'
import type { Login } from '#domain/identity/login.ts'
import type { ApiDeps } from '../../http/deps.ts'

export type NewClient = Registration & {
  readonly projectId: string
  readonly personId: string
  readonly login: Login
  readonly verified: boolean
  /** Who does it: the client, or whoever invited them. */
  readonly actor: string
}

/** A client's organization is born with its first member. The caller holds the person's lock. @returns what to audit */
export async function addClient(
  trx: Knex,
  { newId }: Pick<ApiDeps, 'newId'>,
  client: NewClient,
): Promise<AuditEntry> {
  const organizationId = newId('org')
  const { projectId, personId, role, login, verified } = client
  await addOrganization(trx, {
    id: organizationId,
    project_id: projectId,
    type: role,
    name: client.name ?? login.text,
    legal_type: client.legalType,
    referral_link: client.referralLink,
  })
  await addMember(trx, {
    id: newId('mem'),
    projectId,
    personId,
    organizationId,
    role,
    name: client.name,
    login,
    verified,
  })
  return {
    actor: client.actor,
    source: 'api',
    action: 'user.create',
    subjectType: 'user',
    subjectId: personId,
    after: { role, organizationId, legalType: client.legalType },
  }
}
