import type { Knex } from 'knex'
import type { AuditEntry } from '#db/audit.ts'
import type { MemberRow } from '#db/identity/members.ts'
import { addToken, hashToken } from '#db/identity/tokens.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { Problem } from '../../http/problem.ts'
import type { Token } from './authorization.ts'

const TOKEN_BYTES = 32
const LIFETIME_MS = 12 * 3_600_000

/** How the person has shown who they are. */
export type Proof = 'password' | 'otp' | 'totp' | 'recovery_code' | 'registration'

/** The caller holds the member's row and appends the audit entry. @throws Problem where the member is switched off. */
export async function issueToken(
  trx: Knex,
  { now, randomBytes }: Pick<ApiDeps, 'now' | 'randomBytes'>,
  { member, proof }: { member: MemberRow; proof: Proof },
): Promise<{ token: Token; audit: AuditEntry }> {
  if (!member.active) throw userInactive()
  const clear = randomBytes(TOKEN_BYTES).toString('base64url')
  const expiresAt = new Date(now().getTime() + LIFETIME_MS)
  await addToken(trx, {
    hash: hashToken(clear),
    personId: member.person_id,
    projectId: member.project_id,
    memberId: member.id,
    expiresAt,
  })
  return {
    token: { token: clear, expiresAt: expiresAt.toISOString() },
    audit: {
      actor: member.person_id,
      source: 'api',
      action: 'token.create',
      subjectType: 'user',
      subjectId: member.person_id,
      after: { expiresAt: expiresAt.toISOString(), proof },
    },
  }
}

export function userInactive(): Problem {
  return new Problem(403, 'user_inactive', { detail: 'This user was switched off in this project.' })
}
