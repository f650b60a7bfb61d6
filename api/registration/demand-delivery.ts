import type { ApiDeps } from '../deps.ts'
import { Problem } from '../problem.ts'

/** What has to be delivered to go on is not begun where nothing can be delivered. */
export function demandDelivery({ sandbox }: Pick<ApiDeps, 'sandbox'>): void {
  if (sandbox) return
  throw new Problem(409, 'delivery_not_configured', {
    detail: 'This installation has no way to send e-mails or text messages, so no code can be delivered.',
  })
}
