import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { switchUser } from './switch-user.ts'
import { userAnswer, userBody } from './user.ts'

export const removeUser = endpoint({
  method: 'delete',
  path: '/users/:id',
  family: 'Users',
  summary: 'Switch a user off',
  description:
    'Nobody is deleted, for the history of money must say who moved it: the user is deactivated, as by PATCH with active false and under its rules, and can be let in again.',
  access: 'USER_MANAGER',
  params: z.strictObject({ id: z.string() }),
  answers: { 200: { description: 'The user, who is still there', body: userAnswer } },
  async handle({ params, caller }, { db }) {
    const user = await inProject(db, caller.projectId, (trx) =>
      switchUser(trx, caller, { personId: params.id, active: false, because: {} }),
    )
    return { status: 200, body: { status: 'ok', user: userBody(user) } }
  },
})
