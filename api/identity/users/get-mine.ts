import { inProject } from '#db/connection.ts'
import { findMember } from '#db/identity/members.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { userAnswer, userBody } from './user.ts'

export const getMyUser = endpoint({
  method: 'get',
  path: '/users/me',
  family: 'Users',
  summary: 'Read who is signed in',
  description: 'A client is told that they are frozen, but not why.',
  access: 'signed_in',
  alsoRefuses: [404],
  answers: { 200: { description: 'Oneself', body: userAnswer } },
  async handle({ caller }, { db }) {
    const member = await inProject(db, caller.projectId, (trx) => findMember(trx, caller.personId))
    if (!member) throw notFound('id', 'user')
    const user = { ...userBody(member), frozenReason: null, frozenDescription: null }
    return { status: 200, body: { status: 'ok', user } }
  },
})
