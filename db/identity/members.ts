import type { Knex } from 'knex'
import type { Login } from '#domain/identity/login.ts'
import { CLIENT_ROLES, type Role } from '#domain/identity/role.ts'
import type { Freeze } from './freezes.ts'
import type { IdentificationStatus, OrganizationType } from './organizations.ts'
import { joinProject } from './projects.ts'

export type MemberRow = {
  id: string
  project_id: string
  person_id: string
  organization_id: string
  role: Role
  name: string | null
  email: string | null
  phone: string | null
  email_verified: boolean
  phone_verified: boolean
  active: boolean
  created_at: Date
  updated_at: Date
}

/** A member with what is shown of their organization and person. */
export type MemberRecord = MemberRow & {
  login: string
  organization_type: OrganizationType
  organization_name: string
  identification_status: IdentificationStatus
} & Freeze

export function selectMembers(trx: Knex) {
  return trx('members as m')
    .join('people as p', 'p.id', 'm.person_id')
    .join('organizations as o', 'o.id', 'm.organization_id')
    .select<MemberRecord[]>(
      'm.*',
      'p.login',
      'o.type as organization_type',
      'o.name as organization_name',
      'o.identification_status',
      'o.frozen_at',
      'o.frozen_reason',
      'o.frozen_description',
      'o.frozen_by',
    )
}

export async function findMember(trx: Knex, personId: string): Promise<MemberRecord | undefined> {
  const [row] = await selectMembers(trx).where('m.person_id', personId)
  return row
}

/** A client of the project who is not switched off, by the canonical spelling of their login. */
export async function findActiveClient(trx: Knex, login: string): Promise<MemberRecord | undefined> {
  const [row] = await selectMembers(trx)
    .where({ 'p.login': login, 'm.active': true })
    .whereIn('m.role', CLIENT_ROLES)
  return row
}

/** Locked against a change until the transaction ends, so that a token is not issued to somebody just being switched off. */
export async function holdMember(trx: Knex, personId: string): Promise<MemberRecord | undefined> {
  const [row] = await selectMembers(trx).where('m.person_id', personId).forShare('m')
  return row
}

/** Locked in the order of their ids, so that two who change each other at once do not block each other. */
export async function lockMembers(trx: Knex, personIds: readonly string[]): Promise<MemberRow[]> {
  return trx<MemberRow>('members').whereIn('person_id', personIds).orderBy('id').forUpdate()
}

export type NewMember = {
  readonly id: string
  readonly projectId: string
  readonly personId: string
  readonly organizationId: string
  readonly role: Role
  readonly name: string | null
  readonly login: Login
  /** Whether the person has proved that the login is theirs. */
  readonly verified: boolean
}

/** Makes the person one of the project's, too. The caller holds the person's lock. */
export async function addMember(trx: Knex, member: NewMember): Promise<void> {
  const { login, verified } = member
  const isEmail = login.channel === 'email'
  await joinProject(trx, member.personId, member.projectId)
  await trx<MemberRow>('members').insert({
    id: member.id,
    project_id: member.projectId,
    person_id: member.personId,
    organization_id: member.organizationId,
    role: member.role,
    name: member.name,
    email: isEmail ? login.text : null,
    phone: isEmail ? null : login.text,
    email_verified: isEmail && verified,
    phone_verified: !isEmail && verified,
  })
}

export async function setMemberActive(trx: Knex, id: string, active: boolean): Promise<void> {
  await trx<MemberRow>('members').where({ id }).update({ active, updated_at: trx.fn.now() })
}

/** The login turned out to be theirs. The member is locked until the transaction ends. */
export async function verifyContact(trx: Knex, personId: string, channel: Login['channel']): Promise<void> {
  const verified = channel === 'email' ? { email_verified: true } : { phone_verified: true }
  await trx<MemberRow>('members')
    .where({ person_id: personId })
    .update({ ...verified, updated_at: trx.fn.now() })
}
