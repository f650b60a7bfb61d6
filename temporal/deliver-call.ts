import { inProject, type Database } from '#db/connection.ts'
import { setInboxOutcome, type InboxRow } from '#db/platforms/inbox.ts'
import { noteIfOdd } from '#db/reports/odd-calls.ts'
import { hasWorkflow } from '#domain/operations/workflow-id.ts'
import type { Gateway } from './gateway.ts'

/** What a platform pays out, by its own workflow; the reference alone does not tell which. */
const PAID_OUT = ['withdrawal', 'suspense_return'] as const

/**
 * Hands a stored call of a platform on to whoever waits for it: a returned payout gets a workflow of its own, any other
 * call wakes the order's. Safe to repeat; the row is marked only after the hand-over.
 */
export async function deliverCall(db: Database, gateway: Gateway, call: InboxRow): Promise<void> {
  const outcome = await handOver(db, gateway, call)
  await inProject(db, call.project_id, (trx) => setInboxOutcome(trx, call.id, outcome))
}

async function handOver(db: Database, gateway: Gateway, call: InboxRow): Promise<string> {
  if (call.type.startsWith('order.')) {
    const kind = await inProject(db, call.project_id, (trx) => noteIfOdd(trx, call))
    if (kind === undefined || !hasWorkflow(kind)) return 'unknown_reference'
    const told = await gateway.tellPlatformCalled(kind, call.reference)
    return told === 'delivered' ? told : 'nothing_waits'
  }
  if (call.type === 'payout.returned' && call.operation_id !== null) {
    await gateway.startReturn({
      id: call.operation_id,
      projectId: call.project_id,
      platform: call.platform,
      summary: `Returned payout, original ${call.reference}`,
    })
    return 'return_started'
  }
  for (const kind of PAID_OUT) {
    if ((await gateway.tellPlatformCalled(kind, call.reference)) === 'delivered') return 'delivered'
  }
  return 'nothing_waits'
}
