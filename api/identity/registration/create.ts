import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { CLIENT_ROLES } from '#domain/identity/role.ts'
import { loginField } from '../authorization/login-field.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { newCode } from './code.ts'
import { demandDelivery } from './demand-delivery.ts'
import { checkLegalType, legalTypeField } from './legal-type.ts'
import { projectOfCall } from './project-of-call.ts'
import { sendCode } from './send-code.ts'
import { sentReply, sentSchema } from './sent.ts'

export const createRegistration = endpoint({
  method: 'post',
  path: '/registration',
  family: 'Registration',
  summary: 'Register as a customer: a one-time code is sent to the login',
  description:
    'The answer is the same whether the login has an account or not. The code is valid for 10 minutes and 5 tries. The header X-Project (its key) names the project, else it is the first one.',
  access: 'public',
  guarded: true,
  body: z
    .strictObject({
      login: loginField,
      role: z.enum(CLIENT_ROLES),
      legalType: legalTypeField.optional(),
      referralLink: text(500).optional(),
      name: text().optional(),
    })
    .superRefine(checkLegalType),
  answers: { 200: { description: 'Sent', body: sentSchema } },
  async handle({ body, headers }, deps) {
    demandDelivery(deps, body.login)
    const project = await projectOfCall(deps.db, headers)
    const code = await newCode(deps)
    const registration = {
      role: body.role,
      name: body.name ?? null,
      legalType: body.legalType ?? null,
      referralLink: body.referralLink ?? null,
    }
    await inProject(deps.db, project.id, (trx) =>
      sendCode(trx, deps, { projectId: project.id, login: body.login, code, registration }),
    )
    return sentReply(body.login)
  },
})
