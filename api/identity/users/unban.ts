import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { switchUser } from './switch-user.ts'
import { userAnswer, userBody } from './user.ts'

export const unbanUser = endpoint({
  method: 'post',
  path: '/users/:id/unban',
  family: 'Users',
  summary: 'Let a user in again',
  description: 'As by PATCH with active true, under its rules. They sign in anew.',
  access: 'USER_MANAGER',
  params: z.strictObject({ id: z.string() }),
  answers: { 200: { description: 'The user as they are now', body: userAnswer } },
  async handle({ params, caller }, { db }) {
    const user = await inProject(db, caller.projectId, (trx) =>
      switchUser(trx, caller, { personId: params.id, active: true, because: {} }),
    )
    return { status: 200, body: { status: 'ok', user: userBody(user) } }
  },
})
