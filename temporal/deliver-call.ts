import { inProject, type Database } from '#db/connection.ts'
import { setInboxOutcome, type InboxRow } from '#db/inbox.ts'
import type { Gateway } from './gateway.ts'

/**
 * Hands a stored call of a platform on to whoever waits for it: a returned payout gets a workflow of its own, any other
 * call wakes the payout's. Safe to repeat; the row is marked only after the hand-over.
 */
export async function deliverCall(db: Database, gateway: Gateway, call: InboxRow): Promise<void> {
  const outcome = await handOver(gateway, call)
  await inProject(db, call.project_id, (trx) => setInboxOutcome(trx, call.id, outcome))
}

async function handOver(gateway: Gateway, call: InboxRow): Promise<string> {
  if (call.type === 'payout.returned' && call.operation_id !== null) {
    await gateway.startReturn({
      id: call.operation_id,
      projectId: call.project_id,
      platform: call.platform,
      summary: `Returned payout, original ${call.reference}`,
    })
    return 'return_started'
  }
  const told = await gateway.tellPlatformCalled(call.reference)
  return told === 'delivered' ? 'delivered' : 'nothing_waits'
}
