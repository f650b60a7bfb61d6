import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { holdMember } from '#db/members.ts'
import { findProjectOfPerson } from '#db/projects.ts'
import { PASSWORD_MAX } from '#domain/password.ts'
import { endpoint } from '../endpoint.ts'
import { Problem } from '../problem.ts'
import { authorizationBody, authorizationSchema } from './authorization.ts'
import { checkPassword } from './check-password.ts'
import { issueToken } from './issue-token.ts'
import { loginField } from './login-field.ts'

export const createAuthorization = endpoint({
  method: 'post',
  path: '/authorization',
  family: 'Authorization',
  summary: 'Sign in: get an access token',
  description:
    'The token is valid for 12 hours; there is no refresh, sign in again. Who belongs to several projects names one with the header X-Project (its key), else it is their default one. More than 3 wrong passwords lock the login for 1800 seconds.',
  access: 'public',
  guarded: true,
  body: z.strictObject({ login: loginField, password: z.string().min(1).max(PASSWORD_MAX) }),
  answers: { 200: { description: 'Signed in', body: authorizationSchema } },
  async handle({ body, headers }, deps) {
    const person = await checkPassword({ login: body.login.text, password: body.password }, deps)
    const project = await findProjectOfPerson(deps.db, person.id, headers['x-project'])
    if (!project) throw notTheirProject()
    const answer = await inProject(deps.db, project.id, async (trx) => {
      const member = await holdMember(trx, person.id)
      if (!member) throw notTheirProject()
      const { token, audit } = await issueToken(trx, deps, member)
      await appendAudit(trx, project.id, [audit])
      return authorizationBody(member, token)
    })
    return { status: 200, body: answer }
  },
})

/** The same for a project of others and for one that does not exist. */
function notTheirProject(): Problem {
  return new Problem(403, 'not_your_project', {
    detail: 'X-Project must be the key of a project that you belong to.',
    errors: [{ parameter: 'X-Project', message: 'is not the key of a project of yours' }],
  })
}
