import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findCode } from '#db/identity/one-time-codes.ts'
import { loginField } from '../authorization/login-field.ts'
import { endpoint } from '../../http/endpoint.ts'
import { newCode } from './code.ts'
import { demandDelivery } from './demand-delivery.ts'
import { projectOfCall } from './project-of-call.ts'
import { sendCode } from './send-code.ts'
import { sentReply, sentSchema } from './sent.ts'

export const resendOtp = endpoint({
  method: 'post',
  path: '/registration/resend-otp',
  family: 'Registration',
  summary: 'Send a new one-time code; the old one stops working',
  description:
    'For a registration or an invitation that waits for its code. At most 3 codes an hour are sent.',
  access: 'public',
  guarded: true,
  body: z.strictObject({ login: loginField }),
  answers: { 200: { description: 'Sent, if something waits for a code', body: sentSchema } },
  async handle({ body: { login }, headers }, deps) {
    demandDelivery(deps, login)
    const waiting = await findCode(deps.db, login.text, 'registration')
    const projectId = waiting?.project_id ?? (await projectOfCall(deps.db, headers)).id
    const code = await newCode(deps)
    await inProject(deps.db, projectId, (trx) =>
      sendCode(trx, deps, { projectId, login, code, registration: null }),
    )
    return sentReply(login)
  },
})
