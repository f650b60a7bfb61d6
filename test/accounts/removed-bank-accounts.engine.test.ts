import { inProject } from '#db/connection.ts'
import type { TestClient } from '#test/support/engine.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, decide, waitingWithdrawal, withdrawal } from '#test/support/wishes.ts'

describe('a bank account that withdrawals were asked to', () => {
  const engine = useEngine()

  it('is unlinked all the same, and what still waits is not paid out to it', async () => {
    const { client, asked, id } = await waitingWithdrawal(engine)
    expect(await unlink(client, id)).toBe(204)
    const accepted = await decide(engine, asked, { verb: 'accept' })
    expect([accepted.status, accepted.body.code]).toEqual([422, 'bank_account_not_approved'])
    expect((await engine.read(client, id)).phase).toBe('awaiting_decision')
    expect((await decide(engine, asked, { verb: 'decline' })).status).toBe(200)
  })

  it('is unlinked after it was paid out to, and what was paid can still be read', async () => {
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, withdrawal(engine, client, '5.00'))
    await decide(engine, asked, { verb: 'accept' })
    const { id } = asked.body.process
    await engine.reach(client, id, 'processed')
    expect(await unlink(client, id)).toBe(204)
    expect((await engine.read(client, id)).phase).toBe('processed')
  })

  /** @returns the status of unlinking the account that the operation names */
  async function unlink(client: TestClient, operation: string): Promise<number> {
    const { bank_account_id: id }: { bank_account_id: string } = await inProject(
      engine.book.db,
      engine.book.projectId,
      (trx) => trx('operations').where({ id: operation }).first('bank_account_id'),
    )
    const path = `${engine.apiUrls[0]}/api/v1/my/bank-accounts/${id}`
    const headers = { authorization: `TOKEN ${client.token}` }
    return (await fetch(path, { method: 'DELETE', headers })).status
  }
})
