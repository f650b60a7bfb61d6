import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listMessages } from '#db/identity/messages.ts'
import { loginField } from '../authorization/login-field.ts'
import { endpoint } from '../../http/endpoint.ts'
import { Problem } from '../../http/problem.ts'

const SHOWN_MAX = 100

const messageSchema = z
  .strictObject({
    to: z.string(),
    channel: z.enum(['email', 'sms']),
    subject: z.string(),
    text: z.string(),
    code: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'OutboxMessage' })

/** A plus sign that nobody escaped arrives as a space. */
const toField = z
  .string()
  .transform((to) => to.replace(/^ /, '+'))
  .pipe(loginField)

export const getOutbox = endpoint({
  method: 'get',
  path: '/sandbox/outbox',
  family: 'Sandbox',
  summary: 'Read the messages that would have been sent, codes included',
  description: `The newest ${SHOWN_MAX}, newest first. Only in the sandbox; elsewhere there is no such path.`,
  access: 'SANDBOX_VIEWER',
  query: z.strictObject({ to: toField.optional() }),
  alsoRefuses: [404],
  answers: { 200: { description: 'Messages', body: z.strictObject({ records: z.array(messageSchema) }) } },
  async handle({ query, caller }, { db, sandbox }) {
    if (!sandbox)
      throw new Problem(404, 'no_such_route', { detail: 'There is no GET /sandbox/outbox; see /docs.' })
    const rows = await inProject(db, caller.projectId, (trx) =>
      listMessages(trx, { recipient: query.to?.text, limit: SHOWN_MAX }),
    )
    const records = rows.map(({ recipient, channel, subject, text, code, created_at }) => ({
      to: recipient,
      channel,
      subject,
      text: text ?? '',
      code,
      createdAt: created_at.toISOString(),
    }))
    return { status: 200, body: { records } }
  },
})
