import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { findMember, lockMembers, setMemberActive, type MemberRecord } from '#db/identity/members.ts'
import { removeTokensOf } from '#db/identity/tokens.ts'
import type { Caller } from '../../http/endpoint.ts'
import { forbidden, notFound, Problem } from '../../http/problem.ts'
import { mayGrant } from '../roles/may-grant.ts'

type Switch = { readonly personId: string; readonly active: boolean; readonly because: object }

/** Both rows are locked: of two administrators who switch each other off at once, one stays. */
export async function switchUser(
  trx: Knex,
  caller: Caller,
  { personId, active, because }: Switch,
): Promise<MemberRecord> {
  const members = await lockMembers(trx, [caller.personId, personId])
  const target = members.find((member) => member.person_id === personId)
  const self = members.find((member) => member.person_id === caller.personId)
  if (!target) throw notFound('id', 'user')
  if (!self?.active) throw forbidden('You were switched off yourself.')
  if (target === self)
    throw new Problem(403, 'not_on_oneself', {
      detail: 'Nobody switches themselves on or off.',
      errors: [{ parameter: 'id', message: 'must not be your own' }],
    })
  if (!mayGrant(self.role, target.role))
    throw forbidden(`The role ${self.role} must not switch users with the role ${target.role}.`)
  if (target.active !== active) {
    await setMemberActive(trx, target.id, active)
    if (!active) await removeTokensOf(trx, personId, caller.projectId)
    await appendAudit(trx, caller.projectId, [
      {
        actor: caller.personId,
        source: 'api',
        action: 'user.change',
        subjectType: 'user',
        subjectId: personId,
        before: { active: target.active },
        after: { active, ...because },
      },
    ])
  }
  const changed = await findMember(trx, personId)
  if (!changed) throw notFound('id', 'user')
  return changed
}
