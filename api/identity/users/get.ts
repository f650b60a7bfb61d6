import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findMember } from '#db/identity/members.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { userAnswer, userBody } from './user.ts'

export const getUser = endpoint({
  method: 'get',
  path: '/users/:id',
  family: 'Users',
  summary: 'Read one user',
  // Who freezes clients has to find them, and to see which ones are frozen and why.
  access: ['USER_MANAGER', 'FREEZE_MANAGER'],
  params: z.strictObject({ id: z.string() }),
  answers: { 200: { description: 'The user', body: userAnswer } },
  async handle({ params, caller }, { db }) {
    const member = await inProject(db, caller.projectId, (trx) => findMember(trx, params.id))
    if (!member) throw notFound('id', 'user')
    return { status: 200, body: { status: 'ok', user: userBody(member) } }
  },
})
