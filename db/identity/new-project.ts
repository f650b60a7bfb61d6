import type { Knex } from 'knex'
import type { Login } from '#domain/identity/login.ts'
import type { AuditEntry } from '../audit.ts'
import { addMember } from './members.ts'
import { addOrganization } from './organizations.ts'

export type NewProject = {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly timeZone?: string | undefined
  /** For the organization that its staff will belong to. */
  readonly organizationId: string
}

type By = Pick<AuditEntry, 'actor' | 'source'>

/**
 * A project with its system organization; its contracts open by themselves. The transaction is already for this project.
 * @returns what to audit; undefined where the key is taken
 */
export async function addProject(
  trx: Knex,
  { id, key, name, timeZone, organizationId }: NewProject,
  by: By,
): Promise<AuditEntry[] | undefined> {
  const row = { id, key, name, ...(timeZone === undefined ? {} : { time_zone: timeZone }) }
  const added: unknown[] = await trx('projects').insert(row).onConflict('key').ignore().returning('id')
  if (added.length === 0) return undefined
  const organization = await addOrganization(trx, {
    id: organizationId,
    project_id: id,
    type: 'system',
    name: 'System',
  })
  return [
    {
      ...by,
      action: 'project.create',
      subjectType: 'project',
      subjectId: id,
      after: { key, name, ...(timeZone === undefined ? {} : { timeZone }) },
    },
    {
      ...by,
      action: 'organization.create',
      subjectType: 'organization',
      subjectId: organization.id,
      after: { type: organization.type, name: organization.name },
    },
  ]
}

type Administrator = {
  readonly memberId: string
  readonly projectId: string
  readonly organizationId: string
  readonly personId: string
  readonly login: Login
  readonly name: string | null
}

/** The caller holds the person's lock. @returns what to audit */
export async function addAdministrator(
  trx: Knex,
  { memberId, personId, organizationId, ...rest }: Administrator,
  by: By,
): Promise<AuditEntry> {
  const role = 'administrator'
  await addMember(trx, { ...rest, id: memberId, personId, organizationId, role, verified: true })
  return {
    ...by,
    action: 'user.create',
    subjectType: 'user',
    subjectId: personId,
    after: { role, organizationId },
  }
}
