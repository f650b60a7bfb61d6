import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findActiveClient } from '#db/identity/members.ts'
import { loginField } from '../authorization/login-field.ts'
import { endpoint } from '../../http/endpoint.ts'
import { badParameter } from '../../http/problem.ts'

export const validateContact = endpoint({
  method: 'post',
  path: '/contacts/validate',
  family: 'Users',
  summary: 'Look whose login it is',
  description: 'Before money is sent: finds active clients of your project only. Limited per address.',
  access: 'COIN_VALIDATOR',
  guarded: true,
  body: z.strictObject({ value: loginField }),
  answers: {
    200: {
      description: 'A client who can be sent money',
      body: z.strictObject({
        status: z.literal('ok'),
        user: z.strictObject({
          id: z.string(),
          name: z.string().nullable(),
          profileOrganizationId: z.string(),
        }),
      }),
    },
  },
  async handle({ body, caller }, { db }) {
    const client = await inProject(db, caller.projectId, (trx) => findActiveClient(trx, body.value.text))
    if (!client) throw badParameter('value', 'is not the login of a client')
    const { person_id: id, name, organization_id: profileOrganizationId } = client
    return { status: 200, body: { status: 'ok', user: { id, name, profileOrganizationId } } }
  },
})
