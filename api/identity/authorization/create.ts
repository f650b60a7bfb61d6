import { z } from 'zod'
import { findProjectOfPerson } from '#db/identity/projects.ts'
import { PASSWORD_MAX } from '#domain/identity/password.ts'
import { endpoint } from '../../http/endpoint.ts'
import { secondStepBody, signInSchema } from './authorization.ts'
import { checkPassword } from './check-password.ts'
import { acceptGuess } from './lock.ts'
import { loginField } from './login-field.ts'
import { beginSecondStep, readSecondStep } from './second-step.ts'
import { notTheirProject, signIn } from './sign-in.ts'

export const createAuthorization = endpoint({
  method: 'post',
  path: '/authorization',
  family: 'Authorization',
  summary: 'Sign in: get an access token',
  description:
    'The token is valid for 12 hours; there is no refresh, sign in again. Who belongs to several projects names one with the header X-Project (its key), else it is their default one. More than 3 wrong passwords or codes lock the login for 1800 seconds. Where the project or the person asks for a second step there is no token yet: give the code to POST /authorization/confirm within 10 minutes.',
  access: 'public',
  guarded: true,
  body: z.strictObject({ login: loginField, password: z.string().min(1).max(PASSWORD_MAX) }),
  alsoRefuses: [401, 403],
  answers: { 200: { description: 'Signed in, or the second step is to follow', body: signInSchema } },
  async handle({ body: { login, password }, headers }, deps) {
    const person = await checkPassword({ login: login.text, password }, deps)
    const project = await findProjectOfPerson(deps.db, person.id, headers['x-project'])
    if (!project) throw notTheirProject()
    const proved = { personId: person.id, projectId: project.id }
    const step = await readSecondStep(deps.db, person, project.id)
    if (step !== 'none') {
      await beginSecondStep(deps, { ...proved, login, step })
      return { status: 200, body: secondStepBody(step) }
    }
    await acceptGuess(deps, { login: login.text })
    return { status: 200, body: await signIn(deps, { ...proved, proof: 'password' }) }
  },
})
