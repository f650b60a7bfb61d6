import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { lockDelegation, revokeDelegation } from '#db/identity/delegations.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { conflict, notFound } from '../../http/problem.ts'
import { delegationFacts } from './delegation.ts'

export const revokeMyDelegation = endpoint({
  method: 'delete',
  path: '/delegations/:id',
  family: 'Delegations',
  summary: 'Take your role back before its time',
  description: 'Approvals that were given in your name stay as they are.',
  access: 'DELEGATION_OWNER',
  params: z.strictObject({ id: text(64).meta({ description: 'Id of the delegation' }) }),
  answers: { 204: { description: 'Taken back' } },
  async handle({ params, caller }, { db, now }) {
    await inProject(db, caller.projectId, async (trx) => {
      const before = await lockDelegation(trx, params.id)
      if (before?.from_person !== caller.personId) throw notFound('id', 'delegation of yours')
      const revokedAt = now()
      if (before.revoked_at !== null || before.until_at <= revokedAt)
        throw conflict('delegation_ended', 'id', 'It has ended already.')
      await revokeDelegation(trx, before.id, revokedAt)
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'delegation.revoke',
          subjectType: 'delegation',
          subjectId: before.id,
          before: delegationFacts(before),
          after: delegationFacts({ ...before, revoked_at: revokedAt }),
        },
      ])
    })
    return { status: 204 }
  },
})
