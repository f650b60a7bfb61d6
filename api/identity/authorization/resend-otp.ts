import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { findCode, holdCode, replaceCode } from '#db/identity/one-time-codes.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint } from '../../http/endpoint.ts'
import { newCode, type Code } from '../registration/code.ts'
import { demandDelivery } from '../registration/demand-delivery.ts'
import { writeCode, type Recipient } from '../registration/messages.ts'
import { codeSent } from '../registration/send-code.ts'
import { sentReply, sentSchema } from '../registration/sent.ts'
import { loginField } from './login-field.ts'

export const resendSignInOtp = endpoint({
  method: 'post',
  path: '/authorization/resend-otp',
  family: 'Authorization',
  summary: 'Send a new code for the second step; the old one stops working',
  description:
    'Where a sign-in waits for its code, and at most 3 codes an hour. The answer is the same where nothing was sent, or it would tell whose password is known.',
  access: 'public',
  guarded: true,
  body: z.strictObject({ login: loginField }),
  answers: { 200: { description: 'Sent, if a sign-in waits for a code', body: sentSchema } },
  async handle({ body: { login } }, deps) {
    demandDelivery(deps, login)
    const code = await newCode(deps)
    const found = await findCode(deps.db, login.text, 'sign_in')
    if (found) {
      const { project_id: projectId } = found
      await inProject(deps.db, projectId, (trx) => sendAgain(trx, deps, { projectId, login, code }))
    }
    return sentReply(login)
  },
})

/** The row is held meanwhile: one that was just used up must not come back without a password. */
async function sendAgain(
  trx: Knex,
  deps: ApiDeps,
  { projectId, login, code }: Recipient & { readonly code: Code },
): Promise<void> {
  const now = deps.now()
  const waiting = await holdCode(trx, login.text, 'sign_in')
  if (waiting?.step !== 'otp' || waiting.expires_at <= now) return
  const codeRow = { login: login.text, purpose: 'sign_in', projectId, step: 'otp' } as const
  if (!(await replaceCode(trx, { ...codeRow, codeHash: code.hash }, now))) return
  await writeCode(trx, deps, { projectId, login, subject: 'Your sign-in code', code: code.clear })
  await appendAudit(trx, projectId, [codeSent(login)])
}
