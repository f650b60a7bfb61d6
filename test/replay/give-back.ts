import { inProject } from '#db/connection.ts'
import type { Engine } from '#test/support/engine.ts'
import { until } from '#test/support/poll.ts'
import type { Asked } from './requests.ts'

/** A person at the bank sends the money back, and the bank calls. @returns the id of the workflow that takes it */
export async function giveBack(engine: Engine, { id: reference }: Asked): Promise<string> {
  const { book } = engine
  await until('the bank to have it', async () => (await engine.payoutsOf(reference))[0])
  await engine.giveBack(reference)
  const call = await until('the return to be taken', () =>
    inProject(book.db, book.projectId, (trx): Promise<{ operation_id: string } | undefined> =>
      trx('inbox')
        .where({ reference, type: 'payout.returned' })
        .whereNotNull('handled_at')
        .first('operation_id'),
    ),
  )
  return `return/${call.operation_id}`
}
