import { inProject } from '#db/connection.ts'
import { formatAmount } from '#domain/money.ts'
import type { Engine } from './engine.ts'

type Ours = { id: string; state: string; amount: string; platform_reference: string | null; returned: string }

/** What stands in the bank's book for each of our states. */
const STANDS: Readonly<Record<string, readonly string[]>> = {
  processed: ['confirmed', 'returned'],
  failed: ['refused'],
  at_platform: ['absent', 'pending', 'confirmed', 'refused', 'returned'],
  outcome_unknown: ['absent', 'pending', 'confirmed', 'refused', 'returned'],
  awaiting_decision: ['absent'],
  declined: ['absent'],
  refused: ['absent'],
}

/** One payout per reference, never without our order, and what we call done is done there, to the cent. */
export async function expectBankAgrees(engine: Engine): Promise<void> {
  const { payouts } = await engine.bankBook()
  const ours: Ours[] = await inProject(engine.book.owner, engine.book.projectId, (trx) =>
    trx('operations as o')
      .where({ 'o.platform': 'simulated' })
      .whereIn('o.kind', ['withdrawal', 'suspense_return'])
      .select('o.id', 'o.state', 'o.amount', 'o.platform_reference')
      .select(
        trx.raw(
          "coalesce((select sum(r.amount) from operations r where r.return_of = o.id and r.state = 'processed'), 0)::text as returned",
        ),
      ),
  )
  expect(new Set(payouts.map(({ reference }) => reference)).size).toBe(payouts.length)
  const known = new Set(ours.map(({ id }) => id))
  expect(payouts.filter(({ reference }) => !known.has(reference))).toEqual([])
  for (const operation of ours) {
    const there = payouts.find(({ reference }) => reference === operation.id)
    expect(STANDS[operation.state]).toContain(there?.status ?? 'absent')
    if (there) expect(there.amount).toBe(formatAmount(BigInt(operation.amount), 2))
    if (operation.state === 'processed') expect(operation.platform_reference).toBe(there?.bankReference)
    if (there?.status !== 'returned') expect(operation.returned).toBe('0')
  }
}
