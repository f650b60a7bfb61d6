import { z } from 'zod'
import { loginField } from '../../identity/authorization/login-field.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { checkLegalType, legalTypeField } from '../../identity/registration/legal-type.ts'
import { addUser } from '../../identity/users/create.ts'
import { userAnswer } from '../../identity/users/user.ts'
import { clientType } from './client.ts'

export const createClient = endpoint({
  method: 'post',
  path: '/clients',
  family: 'Clients',
  summary: 'Add a client and invite them',
  description:
    'As POST /users does with the role of a client; the id of the organization that is made here is the client’s.',
  access: 'USER_MANAGER',
  body: z
    .strictObject({
      login: loginField,
      role: clientType,
      legalType: legalTypeField.optional().meta({ description: 'Merchants only need it' }),
      name: text().optional(),
    })
    .superRefine(checkLegalType),
  answers: { 201: { description: 'Added and invited', body: userAnswer } },
  async handle({ body, caller }, deps) {
    return { status: 201, body: { status: 'ok', user: await addUser(deps, caller, body) } }
  },
})
