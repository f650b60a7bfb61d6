import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { addFreeze, liftFreeze, lockFreeze, type Freeze, type FreezeReason } from '#db/identity/freezes.ts'
import { findMember, type MemberRecord } from '#db/identity/members.ts'
import { isClientRole, permissionsOf } from '#domain/identity/role.ts'
import type { Caller } from '../../http/endpoint.ts'
import { badParameter, forbidden, notFound, Problem } from '../../http/problem.ts'

export type FreezeChange = {
  readonly personId: string
  readonly frozen: boolean
  readonly reason: FreezeReason | null
  readonly description: string | null
}

/** Freezes the client that the person belongs to, or lifts that. Saying again what is so already changes nothing. */
export async function freezeUser(trx: Knex, caller: Caller, change: FreezeChange): Promise<MemberRecord> {
  const { personId, frozen } = change
  const target = await findMember(trx, personId)
  if (!target) throw notFound('id', 'user')
  if (!isClientRole(target.role)) throw notAClient(target.role)
  const before = await lockFreeze(trx, target.organization_id)
  if (!before) throw new Error('a member has no organization')
  if ((before.frozen_at !== null) !== frozen) await write(trx, caller, { target, before, change })
  const changed = await findMember(trx, personId)
  if (!changed) throw notFound('id', 'user')
  return changed
}

type Writing = { readonly target: MemberRecord; readonly before: Freeze; readonly change: FreezeChange }

async function write(trx: Knex, caller: Caller, { target, before, change }: Writing): Promise<void> {
  const { frozen, description } = change
  const organizationId = target.organization_id
  const reason = change.reason ?? 'OTHER'
  if (frozen) await addFreeze(trx, organizationId, { reason, description, by: caller.personId })
  else {
    demandMayLift(caller, { before, description })
    await liftFreeze(trx, organizationId, caller.personId)
  }
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: frozen ? 'organization.freeze' : 'organization.unfreeze',
      subjectType: 'organization',
      subjectId: organizationId,
      before: freezeFacts(before),
      after: { frozen, reason: frozen ? reason : change.reason, description, userId: target.person_id },
    },
  ])
}

/** Four eyes, and for AML those of compliance, who have to say why. */
function demandMayLift(
  caller: Caller,
  { before, description }: Pick<Writing, 'before'> & Pick<FreezeChange, 'description'>,
) {
  if (before.frozen_by === caller.personId)
    throw new Problem(403, 'not_ones_own_freeze', {
      detail: 'Nobody lifts a freeze that they made: another person has to.',
      errors: [{ parameter: 'id', message: 'was frozen by yourself' }],
    })
  if (before.frozen_reason !== 'AML') return
  if (!permissionsOf(caller.role).includes('AML_REVIEWER'))
    throw forbidden(`A freeze for AML is lifted by compliance, not by the role ${caller.role}.`)
  if (description === null) throw badParameter('description', 'is required to lift a freeze for AML: say why')
}

function notAClient(role: string): Problem {
  return new Problem(422, 'only_clients_are_frozen', {
    detail: `A user with the role ${role} owns no coins: switch them off by paramType ACTIVE instead.`,
    errors: [{ parameter: 'id', message: 'is not the id of a client' }],
  })
}

function freezeFacts({ frozen_at, frozen_reason, frozen_description, frozen_by }: Freeze) {
  if (frozen_at === null) return { frozen: false }
  return { frozen: true, reason: frozen_reason, description: frozen_description, frozenBy: frozen_by }
}
