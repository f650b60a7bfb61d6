import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { replaceCode } from '#db/identity/one-time-codes.ts'
import { findPersonByLogin } from '#db/identity/people.ts'
import { loginField } from '../authorization/login-field.ts'
import { projectOfPerson } from '../authorization/project-of-person.ts'
import { endpoint } from '../../http/endpoint.ts'
import { newCode } from '../registration/code.ts'
import { demandDelivery } from '../registration/demand-delivery.ts'
import { writeCode } from '../registration/messages.ts'
import { codeSent, tooManyCodes } from '../registration/send-code.ts'
import { sentReply, sentSchema } from '../registration/sent.ts'

export const recoverPassword = endpoint({
  method: 'post',
  path: '/password/recovery',
  family: 'Authorization',
  summary: 'Ask for a code to choose a new password with',
  description:
    'The answer is the same whether the login has an account or not. The code is valid for 10 minutes and 5 tries; at most 3 an hour are sent.',
  access: 'public',
  guarded: true,
  body: z.strictObject({ login: loginField }),
  answers: { 200: { description: 'Sent, if the login has a password', body: sentSchema } },
  async handle({ body: { login } }, deps) {
    demandDelivery(deps, login)
    const code = await newCode(deps)
    const person = await findPersonByLogin(deps.db, login.text)
    const projectId = await projectOfPerson(deps.db, person)
    await inProject(deps.db, projectId, async (trx) => {
      // Kept for unknown logins as well, with a code that is never sent, or the limit would tell them from others.
      const codeRow = { login: login.text, purpose: 'recovery', projectId, codeHash: code.hash } as const
      if (!(await replaceCode(trx, codeRow, deps.now()))) throw tooManyCodes()
      if (typeof person?.password_hash === 'string') {
        const subject = 'Recover your password'
        await writeCode(trx, deps, { projectId, login, subject, code: code.clear })
      }
      await appendAudit(trx, projectId, [
        person
          ? {
              actor: null,
              source: 'api',
              action: 'user.ask_recovery',
              subjectType: 'user',
              subjectId: person.id,
            }
          : codeSent(login),
      ])
    })
    return sentReply(login)
  },
})
