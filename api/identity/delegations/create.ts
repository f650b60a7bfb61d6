import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { addDelegation, findDelegation } from '#db/identity/delegations.ts'
import { findMember } from '#db/identity/members.ts'
import { isClientRole } from '#domain/identity/role.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { instant } from '../../http/instant.ts'
import { badParameter } from '../../http/problem.ts'
import { delegationBody, delegationFacts, delegationSchema } from './delegation.ts'

const DAYS_MAX = 90
const DAY_MS = 86_400_000

export const createDelegation = endpoint({
  method: 'post',
  path: '/delegations',
  family: 'Delegations',
  summary: 'Let a colleague approve in your role for a time',
  description: `At most ${DAYS_MAX} days. Your own role only: what others lend you cannot be lent on. You and whoever acts for you count as one.`,
  access: 'DELEGATION_OWNER',
  body: z.strictObject({
    toUserId: text(64).meta({ description: 'Another active member of staff' }),
    from: instant.optional().meta({ description: 'Now where it is left out' }),
    until: instant,
    reason: text(500).optional(),
  }),
  answers: { 201: { description: 'Lent', body: delegationSchema } },
  async handle({ body, caller }, { db, newId, now }) {
    const period = readPeriod(body, now())
    if (body.toUserId === caller.personId) throw badParameter('toUserId', 'is you yourself')
    return inProject(db, caller.projectId, async (trx) => {
      await demandColleague(trx, body.toUserId)
      const id = newId('dlg')
      await addDelegation(trx, {
        id,
        project_id: caller.projectId,
        from_person: caller.personId,
        to_person: body.toUserId,
        from_at: period.from,
        until_at: period.until,
        reason: body.reason ?? null,
      })
      const added = await findDelegation(trx, id)
      if (!added) throw new Error(`The delegation ${id} was written and is not there.`)
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'delegation.create',
          subjectType: 'delegation',
          subjectId: id,
          after: delegationFacts(added),
        },
      ])
      return { status: 201, body: delegationBody(added) }
    })
  },
})

type Period = { readonly from: Date; readonly until: Date }

function readPeriod(asked: { from?: Date | undefined; until: Date }, now: Date): Period {
  const { from = now, until } = asked
  if (from < now) throw badParameter('from', 'is in the past; leave it out to begin now')
  if (until <= from) throw badParameter('until', 'must be later than the beginning')
  if (until.getTime() - from.getTime() > DAYS_MAX * DAY_MS)
    throw badParameter('until', `must be at most ${DAYS_MAX} days after the beginning`)
  return { from, until }
}

async function demandColleague(trx: Knex, personId: string): Promise<void> {
  const member = await findMember(trx, personId)
  if (!member?.active || isClientRole(member.role))
    throw badParameter('toUserId', 'is not the id of an active member of staff')
}
