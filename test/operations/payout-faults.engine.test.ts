import { expectBankAgrees } from '#test/support/bank-agrees.ts'
import { FAULTS_OVERCOME } from '#test/support/bank-side.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { decide, waitingWithdrawal } from '#test/support/wishes.ts'

const UNTIL_FORGOTTEN = 100_000

describe('a payout through a bank that misbehaves', () => {
  const engine = useEngine()
  afterEach(() => expectBankAgrees(engine))

  it.each(FAULTS_OVERCOME)('is made once and confirmed in the end after %s', async (fault, seen) => {
    const { client, id } = await acceptedWith(fault, { delayMs: 4_000 })
    const done = await engine.reach(client, id, 'processed')
    const states = done.timeline.map(({ to }) => to)
    expect(states).toEqual([
      'awaiting_decision',
      'at_platform',
      ...(seen === 'known' ? [] : ['outcome_unknown']),
      'processed',
    ])
    expect(await balanceOf(client.coin)).toEqual({ posted: 7_000n, held: 0n })
    expect(await engine.payoutsOf(id)).toMatchObject([
      { status: 'confirmed', amount: '30.00', bankReference: done.bankReference },
    ])
    expect(done.transactions.map(({ type }) => type)).toEqual(['capture', 'transfer', 'redeem'])
  })

  it.each(['refuse', 'refuse_late'])('gives the money back to the client after %s', async (fault) => {
    const { client, id } = await acceptedWith(fault, { delayMs: 300, reason: 'no such account' })
    const failed = await engine.reach(client, id, 'failed')
    expect(failed).toMatchObject({ status: 'error', reason: 'no such account', bankReference: null })
    expect(failed.transactions.map(({ type }) => type)).toEqual(['capture', 'reversal'])
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 0n })
    expect(await engine.payoutsOf(id)).toMatchObject([{ status: 'refused' }])
  })

  it('says that it is unknown as long as it is, and where the money stands meanwhile', async () => {
    const { client, asked, id } = await waitingWithdrawal(engine)
    await engine.orderFault('timeout_after_commit', { reference: id })
    await engine.orderFault('lookup_down', { reference: id, times: UNTIL_FORGOTTEN })
    await decide(engine, asked, { verb: 'accept' })
    const unknown = await engine.reach(client, id, 'outcome_unknown')
    expect(unknown).toMatchObject({ status: 'pending', requestStatus: 'approved', bankReference: null })
    expect(await balanceOf(client.coin)).toEqual({ posted: 7_000n, held: 0n })
    await engine.askBank('/faults', { method: 'DELETE' })
    await engine.reach(client, id, 'processed')
  })

  it('is looked up when the bank calls, whatever the call says', async () => {
    const { client, id } = await acceptedWith('answer_late', { delayMs: 3_600_000 })
    await until('the bank to have it', async () => (await engine.payoutsOf(id))[0])
    await engine.hurryBank(id)
    await engine.reach(client, id, 'processed')
  })

  it('is refused only by the bank’s own word: a late refusal of a payout that is unknown', async () => {
    const { client, asked, id } = await waitingWithdrawal(engine)
    await engine.orderFault('refuse_late', { reference: id, delayMs: 200 })
    await engine.orderFault('lookup_down', { reference: id, times: 2 })
    await decide(engine, asked, { verb: 'accept' })
    await engine.reach(client, id, 'failed')
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 0n })
  })

  it('is made once each where thirty meet all faults at the same time', async () => {
    const faults = [...FAULTS_OVERCOME.map(([fault]) => fault), 'refuse', 'refuse_late', 'return_after']
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, i) => acceptedWith(faults[i % faults.length] ?? '', { delayMs: 400 })),
    )
    for (const [i, { client, id }] of all.entries())
      await engine.reach(client, id, faults[i % faults.length]?.startsWith('refuse') ? 'failed' : 'processed')
    expect((await engine.bankBook()).payouts.length).toBeGreaterThanOrEqual(30)
    // The returned ones among them come back by themselves.
    for (const { client, id } of all.filter((_, i) => faults[i % faults.length] === 'return_after'))
      await until('the return', async () => (await engine.read(client, id)).children[0])
  })

  it('is put before a person where the bank takes nothing and knows nothing for long', async () => {
    const { client, id } = await acceptedWith('server_error', { times: 100_000 })
    const handle = engine.client.workflow.getHandle(`withdrawal/${id}`)
    const attention = await until('attention', async () => {
      // Each call makes it look at once, so that the test need not wait for the pauses.
      await handle.signal('platformCalled')
      return (await engine.read(client, id)).needsAttention ?? undefined
    })
    expect(attention).toContain('no definite answer')
    expect(await engine.payoutsOf(id)).toEqual([])
    await handle.terminate()
  })

  async function balanceOf(coin: string) {
    return (await engine.book.balances()).get(coin)
  }

  /** 30.00 out of 100.00, accepted, with a fault that waits for it. */
  async function acceptedWith(fault: string, more: object = {}) {
    const waiting = await waitingWithdrawal(engine)
    await engine.orderFault(fault, { reference: waiting.id, ...more })
    // Thirty at once can outlast the time that a caller waits for the answer.
    expect([200, 202]).toContain((await decide(engine, waiting.asked, { verb: 'accept' })).status)
    return waiting
  }
})
