import { canDeliver, type Outbox } from '#db/identity/messages.ts'
import type { Login } from '#domain/identity/login.ts'
import { Problem } from '../../http/problem.ts'

const SORT = { email: 'e-mails', sms: 'text messages' } as const

/** What has to be delivered to go on is not begun where nothing can be delivered. */
export function demandDelivery(outbox: Outbox, { channel }: Login): void {
  if (canDeliver(outbox, channel)) return
  throw new Problem(409, 'delivery_not_configured', {
    detail: `This installation has no way to send ${SORT[channel]}, so no code can be delivered.`,
    errors: [{ parameter: 'login', message: `cannot be reached: no ${SORT[channel]} are sent here` }],
  })
}
