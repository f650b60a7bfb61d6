import { createHash } from 'node:crypto'
import type { Role } from '#domain/identity/role.ts'
import type { Database } from '../connection.ts'
import { queryNamed } from '../named-query.ts'

export type TokenOwner = {
  readonly projectId: string
  readonly personId: string
  readonly memberId: string
  readonly organizationId: string
  readonly role: Role
  readonly login: string
}

type Row = {
  token_hash: Buffer
  project_id: string
  person_id: string
  member_id: string
  organization_id: string
  role: Role
  login: string
}

/** Tokens are 256 random bits, so a fast hash is enough; the clear token is never stored. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Undefined where a token is unknown or expired, or its member was switched off. One round trip. */
export async function findTokenOwners(
  db: Database,
  tokenHashes: readonly Buffer[],
): Promise<(TokenOwner | undefined)[]> {
  const rows = await queryNamed<Row>(db, {
    name: 'authenticate',
    text: 'select * from authenticate($1::bytea[])',
    values: [[...tokenHashes]],
  })
  const owners = new Map(rows.map((row) => [row.token_hash.toString('hex'), toOwner(row)]))
  return tokenHashes.map((hash) => owners.get(hash.toString('hex')))
}

function toOwner(row: Row): TokenOwner {
  return {
    projectId: row.project_id,
    personId: row.person_id,
    memberId: row.member_id,
    organizationId: row.organization_id,
    role: row.role,
    login: row.login,
  }
}

export async function addToken(
  db: Database,
  token: { hash: Buffer; personId: string; projectId: string; memberId: string; expiresAt: Date },
): Promise<void> {
  await db('tokens').insert({
    token_hash: token.hash,
    person_id: token.personId,
    project_id: token.projectId,
    member_id: token.memberId,
    expires_at: token.expiresAt,
  })
}

export async function removeToken(db: Database, hash: Buffer): Promise<void> {
  await db('tokens').where({ token_hash: hash }).delete()
}

/** Signs a person out of a project, or of all of theirs. */
export async function removeTokensOf(db: Database, personId: string, projectId?: string): Promise<void> {
  await db('tokens')
    .where({ person_id: personId, ...(projectId === undefined ? {} : { project_id: projectId }) })
    .delete()
}

/** Signs a person out everywhere but here. */
export async function removeOtherTokens(db: Database, personId: string, kept: Buffer): Promise<void> {
  await db('tokens').where({ person_id: personId }).whereNot({ token_hash: kept }).delete()
}
