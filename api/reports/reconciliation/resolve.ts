import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { breakFacts, lockBreak, proposeResolution, resolveBreak, type BreakRow } from '#db/reports/breaks.ts'
import { inProject } from '#db/connection.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { conflict, notFound, Problem } from '../../http/problem.ts'
import { breakBody, breakSchema } from './break.ts'

const params = z.strictObject({ id: text(64).meta({ description: 'Id of the difference' }) })
const answers = { 200: { description: 'As it is now', body: breakSchema } }

export const proposeBreakResolution = endpoint({
  method: 'post',
  path: '/reconciliation/breaks/:id/resolve',
  family: 'Reconciliation',
  summary: 'Say why a difference is settled; another person approves it',
  description: 'Whoever proposed may put their reason in other words until it is approved.',
  access: 'RECONCILIATION_MANAGER',
  params,
  body: z.strictObject({ reason: text(500) }),
  answers,
  async handle({ params: { id }, body: { reason }, caller }, { db }) {
    return change(db, caller, {
      id,
      action: 'break.propose',
      decide: (trx, row) => {
        if (row.proposed_by !== null && row.proposed_by !== caller.personId)
          throw conflict(
            'already_proposed',
            'id',
            'Another person has proposed a resolution; approve that one.',
          )
        return proposeResolution(trx, row.id, { reason, by: caller.personId })
      },
    })
  },
})

export const approveBreakResolution = endpoint({
  method: 'post',
  path: '/reconciliation/breaks/:id/approve',
  family: 'Reconciliation',
  summary: 'Approve the resolution that another person proposed',
  access: 'RECONCILIATION_MANAGER',
  params,
  answers,
  async handle({ params: { id }, caller }, { db }) {
    return change(db, caller, {
      id,
      action: 'break.approve',
      decide: (trx, row) => {
        if (row.proposed_by === null)
          throw conflict('nothing_proposed', 'id', 'Nobody has said yet why it is settled.')
        if (row.proposed_by === caller.personId) throw sameEyes()
        return resolveBreak(trx, row.id, caller.personId)
      },
    })
  },
})

type Change = {
  readonly id: string
  readonly action: string
  readonly decide: (trx: Knex, row: BreakRow) => Promise<BreakRow | undefined>
}

/** Locked meanwhile, so that of two at once the second sees what the first did. */
async function change(db: Knex, caller: Caller, { id, action, decide }: Change) {
  const changed = await inProject(db, caller.projectId, async (trx) => {
    const before = await lockBreak(trx, id)
    if (!before) throw notFound('id', 'difference')
    if (before.state !== 'open') throw conflict('break_not_open', 'id', `The difference is ${before.state}.`)
    const after = await decide(trx, before)
    if (!after) throw new Error('a locked difference is gone')
    await appendAudit(trx, caller.projectId, [
      {
        actor: caller.personId,
        source: 'api',
        action,
        subjectType: 'break',
        subjectId: id,
        before: breakFacts(before),
        after: breakFacts(after),
      },
    ])
    return after
  })
  return { status: 200, body: breakBody(changed) }
}

function sameEyes(): Problem {
  const message = 'Nobody may approve what they proposed.'
  return new Problem(403, 'decider_is_the_asker', { detail: message, errors: [{ parameter: 'id', message }] })
}
