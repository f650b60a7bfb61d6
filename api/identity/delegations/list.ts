import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listDelegations } from '#db/identity/delegations.ts'
import { endpoint } from '../../http/endpoint.ts'
import { delegationBody, delegationSchema } from './delegation.ts'

const SHOWN_MAX = 100

export const getDelegations = endpoint({
  method: 'get',
  path: '/delegations',
  family: 'Delegations',
  summary: 'List for whom you act, and who acts for you',
  description: `The newest ${SHOWN_MAX} of each, ended ones too.`,
  access: 'DELEGATION_OWNER',
  answers: {
    200: {
      description: 'Yours',
      body: z.strictObject({
        status: z.literal('ok'),
        given: z.array(delegationSchema),
        received: z.array(delegationSchema),
      }),
    },
  },
  async handle({ caller }, { db }) {
    const of = { personId: caller.personId, limit: SHOWN_MAX }
    return inProject(db, caller.projectId, async (trx) => {
      const given = await listDelegations(trx, { ...of, column: 'd.from_person' })
      const received = await listDelegations(trx, { ...of, column: 'd.to_person' })
      return {
        status: 200,
        body: { status: 'ok', given: given.map(delegationBody), received: received.map(delegationBody) },
      }
    })
  },
})
