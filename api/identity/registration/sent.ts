import { z } from 'zod'
import type { Login } from '#domain/identity/login.ts'
import type { Reply } from '../../http/endpoint.ts'

export const sentSchema = z
  .strictObject({
    status: z.literal('ok'),
    message: z.string(),
    action: z.enum(['EMAIL_SENT', 'SMS_SENT']),
  })
  .meta({ id: 'CodeSent' })

export function sentReply({ channel }: Login): Reply {
  const body: z.infer<typeof sentSchema> = {
    status: 'ok',
    message: 'What to do next was sent to the login.',
    action: channel === 'email' ? 'EMAIL_SENT' : 'SMS_SENT',
  }
  return { status: 200, body }
}
